import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CandleWindow } from '../src/stock/candle-window.ts';
import type { ChartInterval } from '../src/stock/interval.ts';
import { seriesPoints } from '../src/stock/series-points.ts';
import { type TimeSpan, without } from '../src/stock/time-spans.ts';

const NEW_YORK = 'America/New_York';
const seconds = (text: string): number => Date.parse(text) / 1000;
const iso = (time: number): string => new Date(time * 1000).toISOString().slice(0, 16);

/** Sessions around the end of summer time in 2024: Thursday, Friday (half a day), Monday, Tuesday. */
const SESSIONS: readonly TimeSpan[] = [
  { from: seconds('2024-10-31T09:30-04:00'), to: seconds('2024-10-31T16:00-04:00') },
  { from: seconds('2024-11-01T09:30-04:00'), to: seconds('2024-11-01T13:00-04:00') },
  { from: seconds('2024-11-04T09:30-05:00'), to: seconds('2024-11-04T16:00-05:00') },
  { from: seconds('2024-11-05T09:30-05:00'), to: seconds('2024-11-05T16:00-05:00') },
];
const CLOSED = without({ from: seconds('2024-10-20T00:00Z'), to: seconds('2024-11-20T00:00Z') }, SESSIONS);

function points(interval: ChartInterval, times: readonly string[], hidden = true, zone = NEW_YORK) {
  const window = new CandleWindow(interval, zone);
  for (const time of times) {
    window.take({ time: seconds(time), price: 10, lane: 'NASDAQ/0', seq: 1, latest: true });
  }
  return seriesPoints(window, { closed: CLOSED, hidden });
}

describe('a time axis without closed hours', () => {
  it('goes from the last candle of a session to the first of the next, also after half a day', () => {
    const { times, openings } = points('30m', [
      '2024-10-31T15:45-04:00',
      '2024-11-01T09:35-04:00',
      '2024-11-01T12:45-04:00',
      '2024-11-04T09:35-05:00',
    ]);
    assert.deepEqual(times.map(iso), [
      '2024-10-31T19:30',
      ...['13:30', '14:00', '14:30', '15:00', '15:30', '16:00', '16:30'].map((time) => `2024-11-01T${time}`),
      '2024-11-04T14:30',
    ]);
    assert.deepEqual(
      openings.map((place) => iso(times[place] ?? 0)),
      ['2024-11-01T13:30', '2024-11-04T14:30'],
    );
  });

  it('keeps a candle that holds the opening, and an opening without a tick', () => {
    const { times, openings } = points('1h', ['2024-10-31T15:10-04:00', '2024-11-01T11:10-04:00']);
    assert.deepEqual(times.map(iso), ['2024-10-31T19:00', '2024-11-01T13:00', '2024-11-01T14:00', '2024-11-01T15:00']);
    assert.deepEqual(openings, [1]);
  });

  it('shows ticks that come before the opening and after the close, and where the session begins behind them', () => {
    const { times, bars, openings } = points('30m', [
      '2024-10-31T15:45-04:00',
      '2024-10-31T18:10-04:00',
      '2024-11-01T08:10-04:00',
      '2024-11-01T09:35-04:00',
    ]);
    assert.deepEqual(times.map(iso), ['2024-10-31T19:30', '2024-10-31T22:00', '2024-11-01T12:00', '2024-11-01T13:30']);
    assert.ok(bars.every((bar) => bar !== undefined));
    assert.deepEqual(openings, [3]);
  });

  it('leaves out weekends of daily candles, but no open day without a tick', () => {
    const days = ['2024-10-31T12:00-04:00', '2024-11-05T12:00-05:00'];
    const hidden = points('1d', days);
    assert.deepEqual(hidden.times.map(iso), [
      '2024-10-31T04:00',
      '2024-11-01T04:00',
      '2024-11-04T05:00',
      '2024-11-05T05:00',
    ]);
    assert.deepEqual(hidden.openings, []);
  });

  it('keeps empty days at the midnight of the zone, though the clock is changed among them', () => {
    const { times } = points('1d', ['2024-10-31T12:00-04:00', '2024-11-05T12:00-05:00'], false);
    assert.deepEqual(times.map(iso), [
      '2024-10-31T04:00',
      '2024-11-01T04:00',
      '2024-11-02T04:00',
      '2024-11-03T04:00',
      '2024-11-04T05:00',
      '2024-11-05T05:00',
    ]);
  });

  it('is no other one where closed hours are shown', () => {
    const shown = points('30m', ['2024-10-31T15:45-04:00', '2024-11-01T09:35-04:00'], false);
    assert.equal(shown.times.length, 1 + 35 + 1);
    assert.deepEqual(shown.openings, []);
  });
});
