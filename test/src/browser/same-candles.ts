import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { until } from '../servers/index.ts';
import { seriesOf } from './inspected.ts';
import type { Published } from './published.ts';

/**
 * Waits until the page has caught up, and compares every candle of a second with what was published.
 * @throws AssertionError naming `what` and the first candle that differs
 */
export async function assertSameCandles(page: Page, published: Published, stock: string, what: string): Promise<void> {
  let difference = 'nothing was compared';
  await until(
    async () => {
      const series = await seriesOf(page);
      if (series === undefined || !series.ready || series.interval !== '1s' || series.end !== null) {
        difference = `the chart is not there: ${JSON.stringify({ ...series, bars: series?.bars.length })}`;
        return false;
      }
      const expected = published.bars(stock, series.start);
      const wrong = expected.findIndex((bar, index) => JSON.stringify(bar) !== JSON.stringify(series.bars[index]));
      if (wrong < 0 && series.bars.length === expected.length) return true;
      difference = `bar ${wrong} of ${expected.length}: published ${expected[wrong]}, shown ${series.bars[wrong]} of ${series.bars.length}`;
      return false;
    },
    { everyMs: 40, what },
  ).catch((error: Error) => assert.fail(`${error.message}: ${difference}`));
}
