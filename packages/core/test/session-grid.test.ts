import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CANDLE_INTERVALS,
  type CandleInterval,
  calendarsOf,
  candleAt,
  candleGrid,
  candleStarts,
} from '../src/index.ts';
import { sessionStartsByWalking, WALKED, type WalkedExchange } from './session-oracle.ts';

const DAY = 86_400_000;
const INTERVALS = Object.keys(CANDLE_INTERVALS) as CandleInterval[];
/** Clocks change, half days, holidays, a week without, weekends. */
const MIDDLES: Readonly<Record<keyof typeof WALKED, readonly string[]>> = {
  newYork: ['2026-03-08', '2026-11-01', '2026-11-27', '2012-10-29', '2012-11-04', '2026-12-25', '2025-01-09'],
  tokyo: ['2026-03-20', '2026-03-30', '2026-11-07', '2026-11-23'],
  chicago: ['2026-03-08', '2026-11-01', '2026-04-03', '2026-12-25'],
};

function startsOf(interval: CandleInterval, { calendar }: WalkedExchange, from: number, until: number) {
  const grid = candleGrid(interval, { calendar }, from * 1000, until * 1000);
  return { grid, starts: candleStarts(grid, from * 1000, until * 1000, 1_000_000).map((start) => start / 1000) };
}

describe('candles that are counted from openings, compared with a walk along the exchange’s clock', () => {
  for (const [name, days] of Object.entries(MIDDLES)) {
    const exchange = WALKED[name as keyof typeof WALKED];
    for (const day of days) {
      it(`of ${exchange.calendar.name} in ${exchange.calendar.timeZone} around ${day}`, () => {
        for (const interval of INTERVALS) {
          const wide = CANDLE_INTERVALS[interval] > 50_000 ? 34 : CANDLE_INTERVALS[interval] < 60 ? 0.1 : 4;
          const [from, until] = [Date.parse(day) - wide * DAY + 61_000, Date.parse(day) + wide * DAY];
          const { grid, starts } = startsOf(interval, exchange, from, until);
          // The first one may begin before the range.
          const walked = sessionStartsByWalking(interval, exchange, from - wide * DAY - DAY, until);
          const first = walked.findLast((start) => start <= from) ?? Number.NaN;
          assert.deepEqual(
            starts,
            walked.filter((start) => start >= first),
            interval,
          );
          for (let time = from; time < until; time += 61 * 60_000 + 1) {
            const found = candleAt(grid, time * 1000) / 1000;
            assert.equal(
              found,
              starts.findLast((start) => start <= time),
              `${interval} ${new Date(time).toISOString()}`,
            );
          }
        }
      });
    }
  }

  it('a candle begins where it begins, whichever range is looked at', () => {
    for (const exchange of Object.values(WALKED)) {
      for (const interval of INTERVALS.slice(INTERVALS.indexOf('1h'))) {
        const middle = Date.parse('2026-11-01');
        const all = startsOf(interval, exchange, middle - 70 * DAY, middle + 40 * DAY).starts;
        for (let time = middle - 30 * DAY; time < middle + 39 * DAY; time += 5 * 3_600_000 + 1000) {
          const found = startsOf(interval, exchange, time, time + 1).starts;
          assert.deepEqual(
            found,
            [all.findLast((start) => start <= time)],
            `${interval} ${new Date(time).toISOString()}`,
          );
        }
      }
    }
  });

  it('46 years of days are found at once', () => {
    const calendar = calendarsOf().of('NYSE');
    const [from, until] = [Date.parse('1990-01-03') * 1000, Date.parse('2036-01-01') * 1000];
    const begun = performance.now();
    const grid = candleGrid('1d', { calendar }, from, until);
    assert.equal(candleStarts(grid, from, until, 1e6).length, 11_577);
    assert.ok(performance.now() - begun < 5000);
  });
});
