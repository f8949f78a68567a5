import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { GraphDrawStyle } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { always, chart, dashed, unseen } from '../build/chart.ts';
import { levels } from '../build/levels.ts';
import { measured } from '../build/measured.ts';
import { PANEL_IDS } from '../panel-ids.ts';
import { latencySpread } from './latency-spread.ts';

/** How batches are stored. */
export function inserts(): readonly Builder<Panel>[] {
  return [insertLatency(), latencySpread(), rowsAFlush(), failures()];
}

const percentile = (part: string, name: string) => `percentile_cont(${part}) WITHIN GROUP (ORDER BY value) AS ${name}`;

function insertLatency(): Builder<Panel> {
  return chart(
    PANEL_IDS.insertLatency,
    'Insert latency',
    'Time of one batch, from its first statement to the commit.',
    measured([percentile('0.5', 'p50'), percentile('0.95', 'p95'), percentile('0.99', 'p99')].join(',\n'), [
      'insert_latency',
    ]),
  )
    .interval('30s')
    .unit('s')
    .thresholds(levels('green', ['orange', 0.5], ['red', 2]))
    .thresholdsStyle(dashed());
}

function rowsAFlush(): Builder<Panel> {
  return chart(
    PANEL_IDS.rowsAFlush,
    'Rows a flush',
    'Ticks that one batch stored: what arrived in 5 s, or as much as fits while catching up.',
    measured('avg(value) AS mean, max(value) AS largest', ['flush_rows']),
  )
    .unit('short')
    .thresholds(levels('green', ['orange', 50_000], ['red', 100_000]))
    .thresholdsStyle(dashed());
}

function failures(): Builder<Panel> {
  return chart(
    PANEL_IDS.failures,
    'Failures',
    'Batches that were stored, and tries that failed.',
    measured(
      `coalesce(sum(value) FILTER (WHERE metric = 'insert_failures'), 0) AS failed,
count(*) FILTER (WHERE metric = 'insert_latency') AS stored`,
      ['insert_failures', 'insert_latency'],
    ),
  )
    .interval('30s')
    .unit('short')
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(60)
    .thresholds(levels('green', ['red', 1]))
    .thresholdsStyle(unseen())
    .overrideByName('failed', always('red'))
    .overrideByName('stored', always('green'));
}
