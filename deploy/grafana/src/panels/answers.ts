import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { always, chart, dashed, unseen } from '../build/chart.ts';
import { levels } from '../build/levels.ts';
import { list, moments, seconds } from '../build/list.ts';
import { largest, measured } from '../build/measured.ts';
import { PANEL_IDS } from '../panel-ids.ts';
import { sql } from '../sql.ts';

/** What people get of it: the API's pace, stocks that went quiet, and what the generator published. */
export function answers(): readonly Builder<Panel>[] {
  return [apiLatency(), staleStocks(), published()];
}

function apiLatency(): Builder<Panel> {
  return chart(
    PANEL_IDS.apiLatency,
    'API latency',
    'Time until the API had answered; of each 10 s the percentiles, of each point the slowest 10 s.',
    largest({ p50: 'api_latency_p50', p95: 'api_latency_p95', p99: 'api_latency_p99' }),
  )
    .height(10)
    .interval('10s')
    .unit('s')
    .thresholds(levels('green', ['orange', 0.5], ['red', 2]))
    .thresholdsStyle(dashed());
}

function staleStocks(): Builder<Panel> {
  return list(
    PANEL_IDS.staleStocks,
    'Stale stocks',
    'Each stock of the time range with the age of its last tick, the stalest first.',
    sql`
      SELECT stock_name AS stock, exchange_name AS exchange, max(close_time) AS "last tick",
        extract(epoch FROM now() - max(close_time))::float8 AS age, sum(count)::float8 AS ticks
      FROM price_rollups WHERE width = 'minute' AND $__timeFilter(bucket)
      GROUP BY 1, 2 ORDER BY age DESC LIMIT 200`,
  )
    .span(12)
    .overrideByName('age', [
      ...seconds(),
      { id: 'thresholds', value: levels('green', ['orange', 30], ['red', 120]).build() },
      { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } },
    ])
    .overrideByName('last tick', moments());
}

function published(): Builder<Panel> {
  return chart(
    PANEL_IDS.published,
    'Published',
    'Ticks that the generator published, and those of them that reached no subscriber.',
    measured(
      `sum(value) FILTER (WHERE metric = 'published_ticks') AS published,
sum(value) FILTER (WHERE metric = 'published_unheard') AS unheard`,
      ['published_ticks', 'published_unheard'],
    ),
  )
    .span(24)
    .interval('10s')
    .unit('short')
    .thresholds(levels('green', ['red', 1]))
    .thresholdsStyle(unseen())
    .overrideByName('unheard', always('red'));
}
