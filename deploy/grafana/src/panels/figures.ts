import type { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { figure } from '../build/figure.ts';
import { levels } from '../build/levels.ts';
import { PANEL_IDS } from '../panel-ids.ts';
import { sql } from '../sql.ts';

/** What a look from afar has to tell: is it stored, how fast, how much, and what went wrong. */
export function figures(): readonly PanelBuilder[] {
  return [
    figure(
      PANEL_IDS.sinceLastInsert,
      'Since the last insert',
      'Seconds since rows were last stored. A flush is due every 5 s.',
      sql`
        SELECT extract(epoch FROM now() - max(timestamp))::float8 AS "since the last insert"
        FROM metrics WHERE $__timeFilter(timestamp) AND metric = 'insert_latency'`,
    )
      .span(5)
      .unit('s')
      .decimals(0)
      .noValue('no insert in this range')
      .thresholds(levels('green', ['orange', 15], ['red', 60])),
    figure(
      PANEL_IDS.insertLatencyP99,
      'Insert latency, p99',
      '99 of 100 batches were stored within this time.',
      sql`
        SELECT percentile_cont(0.99) WITHIN GROUP (ORDER BY value) AS p99
        FROM metrics WHERE $__timeFilter(timestamp) AND metric = 'insert_latency'`,
    )
      .span(5)
      .unit('s')
      .thresholds(levels('green', ['orange', 0.5], ['red', 2])),
    figure(
      PANEL_IDS.rowsASecond,
      'Rows stored a second',
      'Mean over the time range.',
      sql`
        SELECT sum(value) / greatest(extract(epoch FROM max(timestamp) - min(timestamp))::float8, 5) AS rows
        FROM metrics WHERE $__timeFilter(timestamp) AND metric = 'flush_rows'`,
    )
      .span(5)
      .unit('short')
      .decimals(1)
      .thresholds(levels('red', ['green', 0.001])),
    figure(
      PANEL_IDS.failedInserts,
      'Failed inserts',
      'Batches that had to be tried again. None is lost: they wait in the spool.',
      sql`
        SELECT coalesce(sum(value) FILTER (WHERE metric = 'insert_failures'), 0) AS failures
        FROM metrics WHERE $__timeFilter(timestamp)`,
    )
      .span(5)
      .unit('short')
      .thresholds(levels('green', ['orange', 1], ['red', 10])),
    figure(
      PANEL_IDS.linesTurnedAway,
      'Lines turned away',
      'Log lines that promised a measurement and held none, or were no JSON at all.',
      sql`
        SELECT coalesce(sum(value) FILTER (WHERE metric = 'lines_discarded'), 0) AS lines
        FROM metrics WHERE $__timeFilter(timestamp)`,
    )
      .span(4)
      .unit('short')
      .thresholds(levels('green', ['orange', 1], ['red', 100])),
  ];
}
