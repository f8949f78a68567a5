import type { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { always, chart, dashed } from '../build/chart.ts';
import { levels } from '../build/levels.ts';
import { largest, together } from '../build/measured.ts';
import { PANEL_IDS } from '../panel-ids.ts';
import { sql } from '../sql.ts';

/** The way of ticks: how many, how many of them wait, and how long they take to the page and to the database. */
export function flow(): readonly PanelBuilder[] {
  return [
    ticksASecond(),
    chart(
      PANEL_IDS.ticksThatWait,
      'Ticks that wait',
      "Received and not stored yet. Up to one flush interval's worth is usual; a rising line is an outage or a lag.",
      together({ waiting: 'ticks_waiting' }),
    )
      .interval('30s')
      .unit('short')
      .thresholds(levels('green', ['orange', 100_000], ['red', 1_000_000]))
      .thresholdsStyle(dashed()),
    chart(
      PANEL_IDS.livePublishLatency,
      'Live publish latency',
      'Time that Centrifugo took for a bundle of ticks (p99 of each flush interval).',
      largest({ p99: 'live_publish_latency' }),
    )
      .unit('s')
      .thresholds(levels('green', ['orange', 0.1], ['red', 1]))
      .thresholdsStyle(dashed()),
    chart(
      PANEL_IDS.endToEndAge,
      'End-to-end age',
      'Age of the oldest tick of a batch when the batch was committed. A little over the flush interval is usual.',
      largest({ 'oldest tick': 'end_to_end_age' }),
    )
      .unit('s')
      .thresholds(levels('green', ['orange', 10], ['red', 60]))
      .thresholdsStyle(dashed()),
  ];
}

function ticksASecond(): PanelBuilder {
  // The metrics are counters of a process: a rate is the rise between two measurements of one service, and a line is
  // what all subscribers have together.
  const rawSql = sql`
    SELECT "time",
      sum(rate) FILTER (WHERE metric = 'ticks_received') AS received,
      sum(rate) FILTER (WHERE metric = 'ticks_stored') AS stored,
      sum(rate) FILTER (WHERE metric = 'ticks_rejected') AS rejected,
      sum(rate) FILTER (WHERE metric = 'ticks_refused') AS refused
    FROM (SELECT $__timeGroupAlias(timestamp, $__interval), service, metric, avg(rate) AS rate FROM (
      SELECT timestamp, service, metric, greatest(value - lag(value) OVER one, 0)
        / nullif(extract(epoch FROM timestamp - lag(timestamp) OVER one)::float8, 0) AS rate
      FROM metrics
      WHERE $__timeFilter(timestamp)
        AND metric IN ('ticks_received', 'ticks_stored', 'ticks_rejected', 'ticks_refused')
      WINDOW one AS (PARTITION BY service, metric ORDER BY timestamp)
    ) AS steps GROUP BY 1, 2, 3) AS parts
    GROUP BY 1 ORDER BY 1`;
  return chart(
    PANEL_IDS.ticksASecond,
    'Ticks a second',
    'Received from the feed, stored, rejected as no tick, refused because the spool is full.',
    rawSql,
  )
    .interval('30s')
    .unit('short')
    .overrideByName('rejected', always('orange'))
    .overrideByName('refused', always('red'));
}
