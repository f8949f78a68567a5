import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Bar } from '../src/stock/bar.ts';
import { CandleWindow, MAX_GAP_SLOTS, type WindowTick } from '../src/stock/candle-window.ts';
import { type SeriesPoints, type Stretch, seriesPoints } from '../src/stock/series-points.ts';

function bar(time: number, seq = 0): Bar {
  const position = new Map([['NASDAQ/0', seq]]);
  return { time, open: 10, high: 10, low: 10, close: 10, count: 1, sum: 10, complete: true, position };
}

function noticeable(points: SeriesPoints): readonly Stretch[] {
  return points.stretches.filter((stretch) => stretch.noticeable);
}

function tick(time: number, price: number, seq: number, latest = true): WindowTick {
  return { time, price, lane: 'NASDAQ/0', seq, latest };
}

function windowOf(...bars: readonly Bar[]): CandleWindow {
  const window = new CandleWindow('1s', 'UTC');
  window.start = 0;
  window.replace(0, Number.POSITIVE_INFINITY, bars);
  return window;
}

describe('a window of candles', () => {
  it('moves the newest candle with a tick, and begins the next', () => {
    const window = windowOf(bar(100, 5));
    assert.equal(window.take(tick(100.5, 12, 6)), 'last');
    assert.equal(window.take(tick(101, 11, 7)), 'last');
    assert.deepEqual(
      window.bars.map(({ time, open, high, close, count }) => ({ time, open, high, close, count })),
      [
        { time: 100, open: 10, high: 12, close: 12, count: 2 },
        { time: 101, open: 11, high: 11, close: 11, count: 1 },
      ],
    );
  });

  it('does not count a tick that history has counted', () => {
    const window = windowOf(bar(100, 5));
    assert.equal(window.take(tick(100.5, 99, 5)), 'none');
    assert.equal(window.bars[0]?.high, 10);
  });

  it('takes a late tick into its old candle without moving that candle’s close', () => {
    const window = windowOf(bar(100, 5), bar(101, 5));
    assert.equal(window.take(tick(100.2, 7, 6, false)), 'order');
    assert.equal(window.bars[0]?.low, 7);
    assert.equal(window.bars[0]?.close, 10);
  });

  it('puts a late tick where no candle was', () => {
    const window = windowOf(bar(100), bar(105));
    assert.equal(window.take(tick(103, 7, 6, false)), 'order');
    assert.deepEqual(
      window.bars.map(({ time }) => time),
      [100, 103, 105],
    );
  });

  it('ignores ticks outside of what it has loaded', () => {
    const window = windowOf(bar(100), bar(101));
    window.start = 100;
    window.end = 102;
    assert.equal(window.take(tick(99, 7, 6)), 'none');
    assert.equal(window.take(tick(102, 7, 6)), 'none');
    assert.equal(window.bars.length, 2);
  });

  it('lets go of the far end and stops following live when that was the newest', () => {
    const window = windowOf(...Array.from({ length: 100 }, (_, index) => bar(index)));
    window.trimStart(60);
    assert.equal(window.bars.length, 60);
    assert.equal(window.start, 40);
    assert.equal(window.live, true);
    window.trimEnd(50);
    assert.equal(window.bars.length, 50);
    assert.equal(window.end, 90);
    assert.equal(window.live, false);
  });

  it('replaces a stretch and keeps what lies around it', () => {
    const window = windowOf(bar(1), bar(2), bar(3), bar(4));
    window.replace(2, 4, [bar(2), { ...bar(3), count: 9 }]);
    assert.deepEqual(
      window.bars.map(({ time, count }) => [time, count]),
      [
        [1, 1],
        [2, 1],
        [3, 9],
        [4, 1],
      ],
    );
  });
});

describe('the places on a chart', () => {
  it('leave a gap as wide as it was, and a long one no wider than its limit', () => {
    const short = seriesPoints(windowOf(bar(10), bar(13)));
    assert.deepEqual(short.times, [10, 11, 12, 13]);
    assert.deepEqual(noticeable(short), []);
    const long = seriesPoints(windowOf(bar(10), bar(11), bar(12), bar(10_000)));
    assert.equal(long.times.length, 4 + MAX_GAP_SLOTS);
    assert.deepEqual(noticeable(long), [
      { before: 2, after: 3 + MAX_GAP_SLOTS, from: 13, to: 10_000, noticeable: true },
    ]);
    for (let index = 1; index < long.times.length; index++) {
      assert.ok((long.times[index] ?? 0) > (long.times[index - 1] ?? 0));
    }
  });

  it('call nothing a gap that is usual for the stock', () => {
    const every10s = windowOf(...Array.from({ length: 50 }, (_, index) => bar(index * 10)));
    assert.deepEqual(noticeable(seriesPoints(every10s)), []);
  });
});
