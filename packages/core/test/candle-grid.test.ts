import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CANDLE_INTERVALS,
  type CandleInterval,
  candleAt,
  candleGrid,
  candleStarts,
  namedZone,
  type TimeZone,
} from '../src/index.ts';
import { startsByWalking } from './candle-oracle.ts';

const DAY = 86_400_000;
/** Days on which a zone's clock was changed, in every odd way that there is. */
const CHANGES: readonly (readonly [zone: string, day: string])[] = [
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/Sao_Paulo', '2018-11-04'],
  ['America/Sao_Paulo', '2018-02-18'],
  ['Asia/Beirut', '2026-03-29'],
  ['America/Havana', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['America/St_Johns', '2006-10-29'],
  ['Pacific/Chatham', '2026-04-05'],
  ['Pacific/Apia', '2011-12-30'],
  ['Pacific/Kiritimati', '1995-01-01'],
  ['Asia/Pyongyang', '2015-08-15'],
  ['Asia/Pyongyang', '2018-05-05'],
  ['America/Caracas', '2007-12-09'],
  ['Asia/Kathmandu', '1986-01-01'],
  ['Antarctica/Troll', '2026-10-25'],
  ['Africa/Casablanca', '2026-02-15'],
  ['Asia/Kolkata', '2026-01-01'],
  ['UTC', '2026-01-01'],
];
const INTERVALS = (Object.keys(CANDLE_INTERVALS) as CandleInterval[]).filter((name) => !name.endsWith('s'));

/** Long walks go by the quarter of an hour, except where a clock was changed at one minute past midnight. */
function stepFor(interval: CandleInterval, zone: string): number {
  return (interval === '1M' || interval === '1w') && zone !== 'America/St_Johns' ? 900_000 : 60_000;
}

function startsOf(interval: CandleInterval, name: string, from: number, until: number) {
  const zone = namedZone(name) as TimeZone;
  const grid = candleGrid(interval, { zone }, from * 1000, until * 1000);
  const starts = candleStarts(grid, from * 1000, until * 1000, 1_000_000);
  return { grid, starts: starts.map((start) => start / 1000) };
}

describe('where candles begin, compared with a walk along the wall clock', () => {
  for (const [zone, day] of CHANGES) {
    it(`on the days around ${day} in ${zone}`, () => {
      for (const interval of INTERVALS) {
        const wide = interval === '1M' ? 40 : interval === '1w' ? 16 : 3;
        const [from, until] = [Date.parse(day) - wide * DAY, Date.parse(day) + wide * DAY];
        const { grid, starts } = startsOf(interval, zone, from, until);
        const text = `${interval} ${zone}`;
        const expected = startsByWalking(interval, zone, from, until, stepFor(interval, zone));
        // The first one may begin before the range.
        assert.deepEqual(
          starts.filter((start) => start >= from),
          expected,
          text,
        );
        assert.ok((starts[0] ?? 0) <= from, text);
        for (let time = (starts[0] ?? 0) + 1; time < until; time += 61 * 60_000 + 1) {
          const found = candleAt(grid, time * 1000) / 1000;
          assert.equal(
            found,
            starts.findLast((start) => start <= time),
            `${text} ${new Date(time).toISOString()}`,
          );
        }
      }
    });
  }

  it('minutes of a zone that was off by half a minute', () => {
    const from = Date.parse('1972-01-06T23:00:00Z');
    for (const interval of ['1m', '5m', '1h', '4h'] as const) {
      const { starts } = startsOf(interval, 'Africa/Monrovia', from, from + DAY / 4);
      const expected = startsByWalking(interval, 'Africa/Monrovia', from, from + DAY / 4, 1000);
      assert.deepEqual(
        starts.filter((start) => start >= from),
        expected,
        interval,
      );
    }
  });

  it('a candle begins where it begins, whichever range is looked at', () => {
    for (const [zone, day] of CHANGES) {
      const middle = Date.parse(day);
      for (const interval of INTERVALS) {
        const all = startsOf(interval, zone, middle - 70 * DAY, middle + 2 * DAY).starts;
        for (const hours of [-30, -3, 0, 1, 5, 20]) {
          const from = middle + hours * 3_600_000;
          assert.equal(
            startsOf(interval, zone, from, from + 1).starts[0],
            all.findLast((start) => start <= from),
          );
        }
      }
    }
  });

  it('a day that is asked for by its date is the day of a candle', () => {
    for (const [name, day] of CHANGES) {
      const zone = namedZone(name) as TimeZone;
      const [from, until] = [Date.parse(day) - 5 * DAY, Date.parse(day) + 5 * DAY];
      const starts = new Set<number>();
      for (let date = from; date <= until; date += DAY) starts.add(zone.momentOf(date * 1000) / 1000);
      const days = [...starts];
      const candles = startsOf('1d', name, days[0] ?? 0, until).starts;
      assert.deepEqual(candles, days.slice(0, candles.length), name);
      assert.ok(candles.length >= 8, name);
    }
  });

  it('fifty years of months and days in a zone are found at once', () => {
    const [from, until] = [0, Date.parse('2026-01-01')];
    assert.equal(startsOf('1M', 'UTC', from, until).starts.length, 56 * 12);
    startsOf('1d', 'America/New_York', from, until);
    const begun = performance.now();
    assert.equal(startsOf('1d', 'America/New_York', from + 5 * 3_600_000, until).starts.length, 20_454);
    const found = performance.now();
    const clock = new Intl.DateTimeFormat('en', { timeZone: 'America/New_York', timeStyle: 'long' });
    for (let day = from; day < until; day += DAY) clock.format(day);
    const ratio = (found - begun) / (performance.now() - found);
    assert.ok(ratio < 10, `it took ${ratio.toFixed(1)} times what asking the zone once a day does`);
  });
});
