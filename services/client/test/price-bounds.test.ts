import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Bar } from '../src/stock/bar.ts';
import { beyond, boundsOf, isSquashed, usualBounds, withMargins } from '../src/stock/price-bounds.ts';

const MINUTE = 60;

function bar(index: number, low: number, high: number): Bar {
  const prices = { open: low, low, high, close: high, sum: low };
  return { time: index * MINUTE, ...prices, count: 2, complete: true, position: undefined };
}

/** Bars that rise from 100 to 120, with some of their own put in. */
function rising(count: number, others: Readonly<Record<number, readonly [number, number]>> = {}): readonly Bar[] {
  return Array.from({ length: count }, (_, index) => {
    const at = 100 + (20 * index) / count;
    const [low, high] = others[index] ?? [at, at + 1];
    return bar(index, low, high);
  });
}

const usual = (bars: readonly Bar[]) => usualBounds(bars, [], MINUTE);

describe('the prices that a chart’s height stands for', () => {
  it('are all of them where none is far off', () => {
    for (const count of [1, 2, 7, 8, 20, 500]) assert.deepEqual(usual(rising(count)), boundsOf(rising(count)));
    assert.equal(usual([]), undefined);
  });

  it('are without a spike, above or below, in few bars and in many', () => {
    for (const count of [8, 20, 500]) {
      const [first, last] = [rising(count)[0]?.low, rising(count).at(-1)?.high];
      assert.equal(usual(rising(count, { 4: [102, 1_000_000] }))?.high, last, `${count} bars`);
      assert.equal(usual(rising(count, { 4: [0.01, 103] }))?.low, first, `${count} bars`);
    }
  });

  it('are without a spike in prices that stand still', () => {
    const still = Array.from({ length: 50 }, (_, index) => bar(index, 10, index === 9 ? 99 : 10));
    assert.deepEqual(usual(still), { low: 10, high: 10 });
  });

  it('keep a step that prices stay on', () => {
    const stepped = Array.from({ length: 100 }, (_, index) =>
      bar(index, index < 80 ? 100 : 300, index < 80 ? 101 : 301),
    );
    assert.deepEqual(usual(stepped), { low: 100, high: 301 });
  });

  it('are without ticks that are known as outliers, though these are not far', () => {
    const bars = rising(100, { 50: [110, 124] });
    const outlier = { time: 50 * MINUTE + 3, price: 124, median: 110.5 };
    assert.equal(usualBounds(bars, [], MINUTE)?.high, 124);
    assert.ok((usualBounds(bars, [outlier], MINUTE)?.high ?? 0) < 121);
  });

  it('leave nothing below zero to prices that never are, however far the margin would reach', () => {
    assert.equal(withMargins({ low: 100, high: 1000 }, false, 0.01).low, 0);
    assert.equal(withMargins({ low: 0, high: 0 }, false, 0.01).low, 0);
    assert.equal(withMargins({ low: 0.01, high: 0.01 }, false, 0.01).low, 0);
    assert.ok(withMargins({ low: 0.01, high: 1e6 }, true, 0.01).low > 0);
    assert.ok(withMargins({ low: 900, high: 1000 }, false, 0.01).low > 800);
  });

  it('go below zero with prices that do', () => {
    const { low, high } = withMargins({ low: -37.63, high: 10 }, false, 0.01);
    assert.ok(low < -37.63 && high > 10);
  });

  it('squash the others when a spike takes nearly all of the height', () => {
    const all = { low: 100, high: 1_000_000 };
    assert.ok(isSquashed({ low: 100, high: 120 }, all, false));
    assert.ok(!isSquashed({ low: 100, high: 120 }, { low: 100, high: 200 }, false));
    assert.ok(!isSquashed({ low: 10, high: 120 }, { low: 10, high: 1000 }, true), 'not on a logarithmic scale');
    assert.ok(!isSquashed({ low: 10, high: 10 }, { low: 10, high: 10 }, false));
  });

  it('tell how many bars go beyond them, and to what price', () => {
    const bars = rising(100, { 4: [102, 500], 5: [102, 900], 60: [3, 112] });
    assert.deepEqual(beyond(bars, { low: 90, high: 130 }), {
      above: { count: 2, price: 900 },
      below: { count: 1, price: 3 },
    });
    assert.deepEqual(beyond(bars, { low: 0, high: 1000 }), { above: undefined, below: undefined });
  });
});
