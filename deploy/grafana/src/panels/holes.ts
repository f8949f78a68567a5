import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { GraphDrawStyle, StackingConfigBuilder, StackingMode } from '@grafana/grafana-foundation-sdk/common';
import { type Panel, RowBuilder, type RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { GAP_REASONS } from '@tickwatch/core';
import { chart } from '../build/chart.ts';
import { figure } from '../build/figure.ts';
import { levels } from '../build/levels.ts';
import { list, moments, seconds } from '../build/list.ts';
import { PANEL_IDS } from '../panel-ids.ts';
import { literal, sql } from '../sql.ts';
import { backfillOf } from './backfill.ts';
import { coverage } from './coverage.ts';

export const holesRow = (): Builder<RowPanel> => new RowBuilder('Holes').id(PANEL_IDS.holesRow);

/** What is known to be missing, or may be. */
export function holes(): readonly Builder<Panel>[] {
  return [...holeFigures(), coverage(), holesADay(), holeList()];
}

function holeFigures(): readonly Builder<Panel>[] {
  return [
    figure(
      PANEL_IDS.holesRecorded,
      'Holes recorded',
      'Stretches of time from which messages are missing, or may be; the list of holes tells them.',
      'SELECT count(*)::float8 AS holes FROM gaps WHERE $__timeFilter(recorded_at)',
    ).thresholds(levels('green', ['orange', 1], ['red', 100])),
    figure(
      PANEL_IDS.messagesMissing,
      'Messages missing',
      'As far as they could be counted, of the holes recorded in the time range.',
      'SELECT coalesce(sum(messages), 0)::float8 AS messages FROM gaps WHERE $__timeFilter(recorded_at)',
    ).thresholds(levels('green', ['orange', 1], ['red', 10_000])),
    figure(
      PANEL_IDS.holesOfUnknownSize,
      'Holes of unknown size',
      'Nobody can say how many messages were published meanwhile, if any.',
      sql`
        SELECT count(*) FILTER (WHERE messages IS NULL)::float8 AS holes
        FROM gaps WHERE $__timeFilter(recorded_at)`,
    ).thresholds(levels('green', ['orange', 1], ['red', 100])),
  ].map((panel) => panel.span(8).unit('short').decimals(0));
}

function holesADay(): Builder<Panel> {
  const columns = GAP_REASONS.map(
    (reason) => `coalesce(sum(holes) FILTER (WHERE reason = ${literal(reason)}), 0)::float8 AS "${reason}"`,
  );
  return chart(
    PANEL_IDS.holesADay,
    'Holes a day',
    'By the day (UTC) in which they begin, and by reason.',
    sql`
      SELECT day AS "time",
        ${columns.join(',\n')}
      FROM generate_series(
        date_trunc('day', $__timeFrom()::timestamptz, 'UTC'), $__timeTo()::timestamptz, interval '24 hours') AS day
      LEFT JOIN (
        SELECT date_trunc('day', from_time, 'UTC') AS day, reason, count(*) AS holes
        FROM gaps WHERE $__timeFilter(from_time) GROUP BY 1, 2
      ) AS counted USING (day)
      GROUP BY 1 ORDER BY 1`,
  )
    .span(8)
    .height(10)
    .timeFrom('30d')
    .unit('short')
    .decimals(0)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(80)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
}

function holeList(): Builder<Panel> {
  return list(
    PANEL_IDS.holes,
    'List of holes',
    'The newest first. Filled tells whether a file was imported over it: yes for all of its stocks, or in part.',
    sql`
      SELECT g.recorded_at AS recorded, g.exchange_name AS exchange, g.lane, g.reason,
        g.from_time AS "from", g.to_time AS "to", extract(epoch FROM g.to_time - g.from_time)::float8 AS length,
        g.messages::float8 AS messages,
        CASE WHEN filled.wholly THEN 'yes' WHEN filled.partly THEN 'in part' ELSE 'no' END AS filled, g.detail
      FROM (
        SELECT * FROM gaps WHERE $__timeFilter(recorded_at) ORDER BY recorded_at DESC, id DESC LIMIT 200
      ) AS g CROSS JOIN LATERAL (
        ${backfillOf('g')}
      ) AS filled
      ORDER BY g.recorded_at DESC, g.id DESC`,
  )
    .span(16)
    .timeFrom('7d')
    .overrideByName('recorded', moments())
    .overrideByName('from', moments())
    .overrideByName('to', moments())
    .overrideByName('length', seconds())
    .overrideByName('messages', [{ id: 'noValue', value: 'unknown' }]);
}
