import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { type Panel, RowBuilder, type RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { chart } from '../build/chart.ts';
import { figure } from '../build/figure.ts';
import { levels } from '../build/levels.ts';
import { list } from '../build/list.ts';
import { PANEL_IDS } from '../panel-ids.ts';
import { sql } from '../sql.ts';

export const storageRow = (): Builder<RowPanel> => new RowBuilder('Storage').id(PANEL_IDS.storageRow);

/** What is sealed, and what lies where. */
export function storage(): readonly Builder<Panel>[] {
  return [...sealedFigures(), sealedDays(), placesOnDisk()];
}

function sealedFigures(): readonly Builder<Panel>[] {
  return [
    figure(
      PANEL_IDS.sealedTicks,
      'Sealed ticks',
      'Ticks of sealed days: packed, and read as all others.',
      'SELECT coalesce(sum(ticks), 0)::float8 AS ticks FROM sealed_days',
    ),
    figure(
      PANEL_IDS.sealedBytesATick,
      'Bytes a sealed tick',
      'Everything counted: blocks, their index, what the table takes.',
      sql`
        SELECT pg_total_relation_size('sealed_blocks')::float8 / nullif(sum(ticks), 0)::float8 AS bytes
        FROM sealed_days`,
    ).decimals(2),
    figure(
      PANEL_IDS.daysUnsealed,
      'Days that are not sealed',
      'A few more than SEAL_AFTER_DAYS is usual; a growing number means that sealing does not come through.',
      'SELECT count(*)::float8 AS days FROM stock_prices_days',
    ).thresholds(levels('green', ['orange', 60], ['red', 400])),
  ].map((panel) => panel.span(8).unit('short'));
}

function sealedDays(): Builder<Panel> {
  return chart(
    PANEL_IDS.sealedADay,
    'Ticks of sealed days',
    'By their day (UTC).',
    sql`
      SELECT day::timestamp AT TIME ZONE 'UTC' AS "time", ticks::float8 AS ticks
      FROM sealed_days WHERE $__timeFilter(day::timestamp AT TIME ZONE 'UTC') ORDER BY 1`,
  )
    .timeFrom('90d')
    .unit('short')
    .decimals(0);
}

function placesOnDisk(): Builder<Panel> {
  return list(
    PANEL_IDS.placesOnDisk,
    'On disk',
    'Tables with their indexes. Late ticks lie beside the days until they are sealed.',
    sql`
      SELECT place, bytes::float8 AS bytes FROM (VALUES
        ('single ticks, not sealed',
          (SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('day_prices'))),
        ('late ticks', pg_total_relation_size('late_prices')),
        ('sealed days', pg_total_relation_size('sealed_blocks')),
        ('minutes, hours and days', pg_total_relation_size('price_rollups')),
        ('measurements', pg_total_relation_size('metrics'))
      ) AS places (place, bytes) ORDER BY bytes DESC`,
  )
    .span(12)
    .height(8)
    .overrideByName('bytes', [{ id: 'unit', value: 'bytes' }]);
}
