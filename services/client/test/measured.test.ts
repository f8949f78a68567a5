import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { barOfTick } from '../src/stock/bar.ts';
import { endsOf, lengthText, measureBars } from '../src/stock/measure/measured.ts';
import type { SeriesPoints } from '../src/stock/series-points.ts';

const bars = [
  { ...barOfTick(100, 10), close: 12, count: 3, sum: 33 },
  undefined,
  { ...barOfTick(102, 12), close: 15, count: 1, sum: 15 },
  { ...barOfTick(103, 15), close: 9, count: 2, sum: 24 },
];
const points: SeriesPoints = { times: [100, 101, 102, 103], bars, width: 1, stretches: [], shortest: 0, openings: [] };

describe('a measured range', () => {
  it('is the same in whichever direction it was drawn, and ends where the chart does', () => {
    assert.deepEqual(endsOf(points.times, 2.2, -7), { first: 100, last: 102 });
    assert.deepEqual(endsOf(points.times, -7, 2.2), { first: 100, last: 102 });
    assert.deepEqual(endsOf(points.times, 1, 99), { first: 101, last: 103 });
    assert.equal(endsOf([], 0, 1), undefined);
  });

  it('has the first and the last price, the number and the mean of all its ticks', () => {
    const { from, to, count, prices } = measureBars(points, { first: 100, last: 102 }, 1000);
    assert.deepEqual(
      { from, to, count, prices },
      { from: 100, to: 103, count: 4, prices: { first: 10, last: 15, mean: 12 } },
    );
  });

  it('does not reach behind now', () => {
    assert.equal(measureBars(points, { first: 100, last: 103 }, 103.5).to, 103.5);
  });

  it('without a tick says so', () => {
    const { count, prices } = measureBars(points, { first: 101, last: 101 }, 1000);
    assert.equal(count, 0);
    assert.equal(prices, undefined);
  });
});

describe('the length of a range', () => {
  it('is told in its two greatest units', () => {
    const texts = [0, 45, 60, 750, 3600, 7500, 86_400, 273_600].map(lengthText);
    assert.deepEqual(texts, ['0 s', '45 s', '1 min', '12 min 30 s', '1 h', '2 h 5 min', '1 d', '3 d 4 h']);
  });
});
