import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ZoneClock } from '../src/format/zone-clock.ts';
import { type AxisMark, AxisText } from '../src/stock/axis-text.ts';
import { axisWeight } from '../src/stock/axis-weights.ts';
import {
  bucketStart,
  type ChartInterval,
  INTERVAL_SECONDS,
  INTERVALS,
  isDaily,
  nextBucket,
} from '../src/stock/interval.ts';

const ZONES = [
  'UTC',
  'America/New_York',
  'America/St_Johns',
  'Europe/London',
  'Asia/Kolkata',
  'Asia/Tokyo',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
];
const seconds = (text: string): number => Date.parse(text) / 1000;

/** Times of candles that follow each other without a gap. */
function candles(start: string, interval: ChartInterval, zone: string, count: number): readonly number[] {
  const times = [bucketStart(seconds(start), interval, zone)];
  while (times.length < count) times.push(nextBucket(times[times.length - 1] ?? 0, interval, zone));
  return times;
}

/** Marks as the chart library chooses them: the heavier ones first, lighter ones where they have room on both sides. */
function chosen(times: readonly number[], clock: ZoneClock, room: number): readonly AxisMark[] {
  const weights = times.map((time, index) =>
    axisWeight(clock, times[index - 1] ?? time - ((times[1] ?? 0) - time), time),
  );
  const places: number[] = [];
  for (const weight of [...new Set(weights)].sort((a, b) => b - a)) {
    for (const [place, own] of weights.entries()) {
      if (own === weight && places.every((other) => Math.abs(other - place) >= room)) places.push(place);
    }
  }
  return places.sort((a, b) => a - b).map((place) => ({ time: times[place] ?? 0, weight: weights[place] ?? 0 }));
}

function written(times: readonly number[], zone: string, daily: boolean, room = 12): readonly string[] {
  const text = new AxisText(new ZoneClock(zone), 'en-US');
  const marks = chosen(times, text.clock, room);
  return marks.map((mark, index) => text.mark(mark, marks[index - 1], daily));
}

describe('the time axis', () => {
  it('never shows the same text at two neighbouring marks, in any zone, over both changes of the clock', () => {
    for (const zone of ZONES) {
      for (const interval of INTERVALS) {
        for (const start of [
          '2024-03-05T00:00:00Z',
          '2024-10-03T00:00:00Z',
          '2024-11-01T00:00:00Z',
          '2024-11-03T04:00:00Z',
          '2024-12-20T00:00:00Z',
        ]) {
          const texts = written(candles(start, interval, zone, 1500), zone, isDaily(interval));
          const same = texts.findIndex((text, index) => text === texts[index + 1]);
          assert.equal(same, -1, `${zone} ${interval} ${start}: ${texts.slice(same, same + 2)}`);
        }
      }
    }
  });

  it('shows a date for every day that it has room for, at the midnight of the zone', () => {
    for (const zone of ZONES) {
      const clock = new ZoneClock(zone);
      for (const start of ['2024-03-05T00:00:00Z', '2024-10-31T00:00:00Z']) {
        const times = candles(start, '15m', zone, 7 * 96);
        const days = chosen(times, clock, 20).filter(({ weight }) => weight >= 50);
        assert.ok(days.length >= 6, zone);
        for (const { time } of days) if (time !== times[0]) assert.equal(clock.wallAt(time) % 86_400, 0, zone);
        assert.ok(written(times, zone, false, 20).filter((text) => /^[A-Z][a-z]+ \d+$/.test(text)).length >= 6, zone);
      }
    }
  });

  it('stands at whole hours of the zone’s clock', () => {
    for (const [zone, first] of [
      ['Asia/Kolkata', 'Mar 5 06:00'],
      ['Pacific/Chatham', 'Mar 5 14:00'],
    ] as const) {
      const texts = written(candles('2024-03-05T00:00:00Z', '1m', zone, 400), zone, false, 60);
      assert.equal(texts[0], first);
      for (const text of texts.slice(1)) assert.match(text, /^\d\d:00$/, zone);
    }
  });

  it('tells the two hours apart that a clock shows twice', () => {
    const night = candles('2024-11-03T04:00:00Z', '30m', 'America/New_York', 8);
    assert.deepEqual(written(night, 'America/New_York', false, 1), [
      'Nov 3',
      '00:30',
      '01:00 UTC−4',
      '01:30 UTC−4',
      '01:00 UTC−5',
      '01:30 UTC−5',
      '02:00',
      '02:30',
    ]);
    const text = new AxisText(new ZoneClock('America/New_York'), 'en-US');
    assert.equal(text.full(seconds('2024-11-03T05:30:00Z'), false), 'Sun, Nov 3, 2024  01:30:00 UTC−4');
    assert.equal(text.full(seconds('2024-11-03T06:30:00Z'), false), 'Sun, Nov 3, 2024  01:30:00 UTC−5');
    assert.equal(text.full(seconds('2024-11-03T07:30:00Z'), false), 'Sun, Nov 3, 2024  02:30:00');
  });

  it('tells the half hour apart that Lord Howe shows twice', () => {
    const texts = written(
      candles('2024-04-06T14:00:00Z', '15m', 'Australia/Lord_Howe', 8),
      'Australia/Lord_Howe',
      false,
      1,
    );
    assert.deepEqual(texts, [
      'Apr 7 01:00',
      '01:15',
      '01:30 UTC+11',
      '01:45 UTC+11',
      '01:30 UTC+10:30',
      '01:45 UTC+10:30',
      '02:00',
      '02:15',
    ]);
  });

  it('leaves out the hour that a clock skips', () => {
    const texts = written(candles('2024-03-10T05:00:00Z', '30m', 'America/New_York', 8), 'America/New_York', false, 1);
    assert.deepEqual(texts, ['Mar 10', '00:30', '01:00', '01:30', '03:00', '03:30', '04:00', '04:30']);
  });

  it('dates a day whose first candle has no room for a mark', () => {
    const text = new AxisText(new ZoneClock('UTC'), 'en-US');
    const [evening, noon] = [seconds('2024-11-04T22:00:00Z'), seconds('2024-11-05T12:00:00Z')];
    const before = { time: evening, weight: 30 };
    assert.equal(text.mark({ time: noon, weight: 33 }, before, false), 'Nov 5 12:00');
    assert.equal(text.mark({ time: noon + 60, weight: 20 }, { time: noon, weight: 33 }, false), '12:01');
  });

  it('names days, months and years of daily and weekly candles by the zone', () => {
    for (const zone of ZONES) {
      const days = written(candles('2024-12-20T12:00:00Z', '1d', zone, 40), zone, true, 10);
      assert.ok(days.includes('2025'), `${zone}: ${days}`);
      const weeks = written(candles('2024-01-10T12:00:00Z', '1w', zone, 60), zone, true, 4);
      assert.ok(weeks.includes('Feb') && weeks.includes('2025'), `${zone}: ${weeks}`);
    }
    const text = new AxisText(new ZoneClock('Asia/Tokyo'), 'en-US');
    assert.equal(text.full(bucketStart(seconds('2024-11-05T16:00:00Z'), '1d', 'Asia/Tokyo'), true), 'Wed, Nov 6, 2024');
  });

  it('writes dates in the browser’s language', () => {
    const text = new AxisText(new ZoneClock('Europe/Berlin'), 'de-DE');
    assert.equal(text.mark({ time: seconds('2024-11-04T23:00:00Z'), weight: 50 }, undefined, false), '5. Nov.');
  });

  it('weighs candles of every width the same way wherever a clock change lies in them', () => {
    const clock = new ZoneClock('America/New_York');
    const change = seconds('2024-11-03T06:00:00Z');
    for (const interval of INTERVALS.filter((name) => INTERVAL_SECONDS[name] <= 3600)) {
      assert.ok(axisWeight(clock, change - INTERVAL_SECONDS[interval], change) >= 30, interval);
    }
  });
});
