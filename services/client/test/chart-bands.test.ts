import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ExchangeSessions, Hole } from '@tickwatch/core';
import type { Bar } from '../src/stock/bar.ts';
import { CandleWindow } from '../src/stock/candle-window.ts';
import { type Band, chartBands, isTouched } from '../src/stock/chart-bands.ts';
import { closedHours } from '../src/stock/closed-hours.ts';
import { edgeAt, seriesPoints } from '../src/stock/series-points.ts';

const MINUTE = 60;
const HOUR = 3600;

/** A window of one-minute bars in these stretches of minutes, ends exclusive. */
function windowOf(...stretches: readonly (readonly [from: number, to: number])[]): CandleWindow {
  const window = new CandleWindow('1m', 'UTC');
  const bars: Bar[] = [];
  for (const [from, to] of stretches) {
    for (let minute = from; minute < to; minute++) {
      const prices = { open: 10, high: 10, low: 10, close: 10, sum: 10 };
      bars.push({ time: minute * MINUTE, ...prices, count: 1, complete: true, position: undefined });
    }
  }
  window.replace(0, Number.POSITIVE_INFINITY, bars);
  return window;
}

function hole(from: number, to: number | undefined, messages: number | null = null): Hole {
  const at = (minute: number) => new Date(minute * MINUTE * 1000).toISOString();
  const to_time = to === undefined ? null : at(to);
  return { exchange_name: 'NASDAQ', from_time: at(from), to_time, reason: 'not_listening', messages };
}

const inMinutes = (bands: readonly Band[]) =>
  bands.map(({ kind, from, to, labels: [label] }) => [kind, from / MINUTE, to / MINUTE, label]);

const OPEN = { closed: [], hidden: false };
const NIGHT = { closed: [{ from: 100 * MINUTE, to: 1000 * MINUTE }], hidden: false };

describe('the bands of a chart', () => {
  it('tell silence from a closed exchange, and a hole from both', () => {
    const points = seriesPoints(windowOf([0, 40], [60, 100], [1000, 1040], [1060, 1100]), NIGHT);
    const bands = chartBands(points, NIGHT, [hole(1039, 1060, 7)], 1100 * MINUTE);
    assert.deepEqual(inMinutes(bands), [
      ['silent', 40, 60, 'no ticks 20 min'],
      ['closed', 100, 1000, 'closed'],
      ['missing', 1039, 1060, 'missing: nobody was listening · 7 messages'],
    ]);
  });

  it('have no night where closed hours take no place, and nothing beside it is moved', () => {
    const hidden = { ...NIGHT, hidden: true };
    const window = windowOf([0, 100], [1000, 1100]);
    const points = seriesPoints(window, hidden);
    assert.equal(points.times.length, window.bars.length);
    assert.deepEqual(chartBands(points, hidden, [], 1100 * MINUTE), []);
    assert.equal(edgeAt(points, 100 * MINUTE), 99.5);
    assert.equal(edgeAt(points, 1000 * MINUTE), 99.5);
  });

  it('call ticks out of hours no closed time', () => {
    const points = seriesPoints(windowOf([0, 400], [500, 1100]), NIGHT);
    const bands = inMinutes(chartBands(points, NIGHT, [], 1100 * MINUTE));
    assert.deepEqual(bands, [['closed', 400, 500, 'closed']]);
  });

  it('go on up to now while a hole is open', () => {
    const points = seriesPoints(windowOf([0, 100]), OPEN);
    const bands = chartBands(points, OPEN, [hole(99, undefined)], 130 * MINUTE);
    assert.deepEqual(inMinutes(bands), [['missing', 99, 130, 'missing: nobody was listening']]);
  });

  it('lie where their times are, also in a stretch that takes less room than it lasted', () => {
    const points = seriesPoints(windowOf([0, 10], [1210, 1220]), OPEN);
    assert.equal(points.times.length, 80);
    assert.equal(edgeAt(points, 10 * MINUTE), 9.5);
    assert.equal(edgeAt(points, 1210 * MINUTE), 69.5);
    assert.equal(edgeAt(points, 610 * MINUTE), 39.5);
    assert.equal(edgeAt(points, 5.5 * MINUTE), 5);
    assert.equal(edgeAt(points, 1222 * MINUTE), 81.5);
  });

  it('touch the candles that hold either end of a hole, and none beside them', () => {
    const spans = [{ from: 90, to: 240 }];
    const touched = [0, 60, 120, 180, 240, 300].filter((time) => isTouched(time, MINUTE, spans));
    assert.deepEqual(touched, [60, 120, 180, 240]);
  });
});

describe('closed hours', () => {
  const session = (open: number, close: number) => ({
    ...{ day: '2024-03-05', kind: 'regular' as const },
    open_time: new Date(open * 1000).toISOString(),
    close_time: new Date(close * 1000).toISOString(),
  });
  const exchange = (calendar: string | null, ...sessions: ReturnType<typeof session>[]): ExchangeSessions => ({
    ...{ exchange_name: 'NASDAQ', timezone: 'UTC', is_open: false, calendar, sessions },
  });

  it('are those in which no exchange of a stock is open', () => {
    const first = exchange('XNYS', session(HOUR, 3 * HOUR));
    const second = exchange('OTHER', session(2 * HOUR, 4 * HOUR));
    assert.deepEqual(closedHours([first, second], { from: 0, to: 6 * HOUR }), [
      { from: 0, to: HOUR },
      { from: 4 * HOUR, to: 6 * HOUR },
    ]);
  });

  it('are none where one of them has no calendar', () => {
    const first = exchange('XNYS', session(HOUR, 3 * HOUR));
    assert.deepEqual(closedHours([first, exchange(null)], { from: 0, to: 6 * HOUR }), []);
  });
});
