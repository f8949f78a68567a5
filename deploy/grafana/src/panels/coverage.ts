import {
  AxisPlacement,
  LegendDisplayMode,
  LegendPlacement,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { allSeries } from '../build/chart.ts';
import { DATASOURCE } from '../datasource.ts';
import { PANEL_IDS } from '../panel-ids.ts';
import { seriesOf } from '../postgres-query.ts';
import { sql } from '../sql.ts';
import { backfillOf } from './backfill.ts';
import { COVERED, codeOf, NOT_STORED_YET, stateMappings, UNKNOWN } from './coverage-states.ts';

/** For each exchange, what is known of each moment. A step with any hole in it shows the hole. */
export function coverage(): PanelBuilder {
  return new PanelBuilder()
    .id(PANEL_IDS.coverage)
    .title('Coverage')
    .description(
      'Whether all that was published is stored, for each exchange: covered, or why messages are missing. Unknown is what ' +
        'nobody listened to. While an exchange is silent, nothing is stored since its last tick, and nothing is missing either.',
    )
    .span(24)
    .height(8)
    .datasource(DATASOURCE)
    .interval('10s')
    .maxDataPoints(240)
    .timeFrom('24h')
    .mappings(stateMappings())
    .mergeValues(true)
    .showValue(VisibilityMode.Never)
    .rowHeight(0.8)
    .lineWidth(0)
    .fillOpacity(80)
    .axisPlacement(AxisPlacement.Auto)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([]),
    )
    .tooltip(allSeries())
    .withTarget(seriesOf(states()));
}

function states(): string {
  return sql`
    WITH steps AS (
      SELECT step, tstzrange(step, step + $__interval_ms * interval '1 ms') AS span
      FROM generate_series(
        to_timestamp(ceil(extract(epoch FROM $__timeFrom()::timestamptz) * 1000 / $__interval_ms) * $__interval_ms / 1000),
        $__timeTo()::timestamptz, $__interval_ms * interval '1 ms') AS step
    ), exchanges AS (
      SELECT exchange_name, min(from_time) FILTER (WHERE source IS NULL) AS heard_from,
        range_agg(tstzrange(from_time, to_time, '[]')) FILTER (WHERE source IS NOT NULL AND stock_name IS NULL) AS imported
      FROM coverage GROUP BY 1
    ), edges AS (
      SELECT exchange_name, max(greatest(covered_until, last_time)) AS edge FROM ingest_positions GROUP BY 1
    ), unfilled AS MATERIALIZED (
      SELECT g.exchange_name, tstzrange(g.from_time, g.to_time, '[]') AS hole, ${codeOf('g.reason')} AS code
      FROM gaps AS g CROSS JOIN LATERAL (
        ${backfillOf('g')}
      ) AS filled
      WHERE NOT filled.wholly
        AND tstzrange(g.from_time, g.to_time, '[]') && tstzrange($__timeFrom(), $__timeTo(), '[]')
    ), holes AS (
      SELECT exchange_name, step, min(code) AS code FROM unfilled JOIN steps ON hole && span GROUP BY 1, 2
    )
    SELECT step AS "time", exchange_name AS metric,
      CASE
        WHEN code IS NOT NULL THEN code
        WHEN coalesce(imported @> span, false) THEN ${String(COVERED)}
        WHEN heard_from IS NULL OR step < heard_from THEN ${String(UNKNOWN)}
        -- What came within a minute is about to be stored.
        WHEN step > edge AND edge < now() - interval '1 minute' THEN ${String(NOT_STORED_YET)}
        ELSE ${String(COVERED)}
      END::float8 AS state
    FROM exchanges LEFT JOIN edges USING (exchange_name) CROSS JOIN steps LEFT JOIN holes USING (exchange_name, step)
    WHERE $__timeFilter(step) ORDER BY 1, 2`;
}
