import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CANDLE_INTERVALS, type CandleInterval, type EpochMicros, parseTime, type Tick } from '@tickwatch/core';
import type { TickReader } from '@tickwatch/store';
import { startsByWalking } from '../../../packages/core/test/candle-oracle.ts';
import { sessionStartsByWalking, WALKED } from '../../../packages/core/test/session-oracle.ts';
import { describeAsked, randomAsked } from './asked.ts';
import { commit, laneOf, randomTicks, Tail } from './market.ts';
import { type Asked, fixedPoint, groupBy, highest, inRange, lowest, meanOf } from './oracle.ts';
import { Random } from './random.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const SEED = 20_260_405;
/** Weeks in which the clocks of all these zones change, but for the last three. */
const FROM = parseTime('2026-03-05T03:00:00Z') as number;
const UNTIL = parseTime('2026-04-07T21:00:00Z') as number;
const ZONES = [
  'America/New_York',
  'America/Havana',
  'Europe/Berlin',
  'Asia/Beirut',
  'Pacific/Chatham',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Pacific/Kiritimati',
  'UTC',
] as const;
const INTERVALS = Object.keys(CANDLE_INTERVALS) as CandleInterval[];
const QUESTIONS = 100;
const LANES = 2;
const DAY = 86_400_000_000;

interface Alignment {
  readonly interval: CandleInterval;
  readonly timeZone: string;
  /** Whose openings they are counted from instead. */
  readonly sessions?: keyof typeof WALKED | undefined;
}

const SESSIONS = Object.keys(WALKED) as (keyof typeof WALKED)[];

const requestOf = ({ interval, timeZone, sessions }: Alignment) => ({
  interval,
  timeZone,
  calendar: sessions && WALKED[sessions].calendar,
});

describe('candles of every width, zone and alignment, compared with a walk along the wall clock', () => {
  const random = new Random(SEED);
  // The first ticks are from before the order of arrival was kept.
  const ticks = randomTicks(random, 4000, FROM, UNTIL, LANES).map((tick, i) => (i < 1000 ? { ...tick, seq: 0 } : tick));
  let database: TestDatabase;
  let reader: TickReader;

  before(async () => {
    database = await startTestDatabase();
    for (const day of ['2026-03-05', '2026-03-08', '2026-04-05']) {
      await database.client.query(`SELECT create_day_partition('${day}')`);
    }
    for (let i = 0; i < 3900; i += 650) await commit(database.client, ticks.slice(i, Math.min(3900, i + 650)), LANES);
    // The last ticks to arrive are not committed.
    const tail = new Tail(LANES);
    tail.received.push(...ticks.slice(3700));
    for (const lane of tail.from.keys()) {
      const first = tail.received.find((tick) => laneOf(tick, LANES) === lane);
      tail.from.set(lane, (first?.seq ?? 1) - 1);
    }
    reader = openReader(database.url, [tail]);
  });
  after(async () => {
    await reader[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const questionOf = (asked: Asked) => ({ ...asked, start: asked.start as EpochMicros, end: asked.end as EpochMicros });

  function randomAlignment(asked: Asked): Alignment {
    const fine = (asked.end ?? UNTIL) - (asked.start ?? FROM) < 20_000_000_000;
    const interval = random.pick(fine ? INTERVALS : INTERVALS.filter((name) => !name.endsWith('s')));
    return { interval, timeZone: random.pick(ZONES), sessions: random.pick([undefined, undefined, ...SESSIONS]) };
  }

  const walks = new Map<string, readonly number[]>();

  /** All begins of candles around the ticks, in µs. */
  function startsOf({ interval, timeZone, sessions }: Alignment): readonly number[] {
    const key = `${interval} ${sessions ?? timeZone}`;
    const known = walks.get(key);
    if (known !== undefined) return known;
    const wide = CANDLE_INTERVALS[interval] >= 900;
    const [from, until] = [FROM - (wide ? 40 * DAY : DAY), UNTIL + 2 * DAY].map((time) => Math.floor(time / 9e8) * 9e5);
    const step = wide ? 900_000 : 60_000;
    const found =
      sessions === undefined
        ? startsByWalking(interval, timeZone, from ?? 0, until ?? 0, step)
        : sessionStartsByWalking(interval, WALKED[sessions], from ?? 0, until ?? 0);
    const starts = found.map((start) => start * 1000);
    walks.set(key, starts);
    return starts;
  }

  function startOf(time: number, alignment: Alignment): number {
    const width = CANDLE_INTERVALS[alignment.interval] * 1e6;
    // No zone is off by seconds.
    if (alignment.interval.endsWith('s')) return Math.floor(time / width) * width;
    const starts = startsOf(alignment);
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return starts[low - 1] ?? Number.NaN;
  }

  it('each holds its ticks, in the order of time and arrival', async () => {
    for (let i = 0; i < QUESTIONS; i++) {
      const asked = randomAsked(random, ticks, FROM, UNTIL);
      const alignment = randomAlignment(asked);
      const { value } = await reader.candles(questionOf(asked), { ...requestOf(alignment), fill: 'none' });
      const groups = groupBy(inRange(ticks, asked), (tick) => startOf(tick.time, alignment));
      const text = `${alignment.interval} ${alignment.sessions ?? alignment.timeZone} ${describeAsked(asked)}`;
      assert.deepEqual(
        value.map(({ time }) => time),
        [...groups.keys()],
        text,
      );
      for (const [n, group] of [...groups.values()].entries()) {
        const candle = value[n];
        assert.deepEqual(
          [candle?.open, candle?.high, candle?.low, candle?.close].map((price) => fixedPoint(price ?? null)),
          [fixedPoint(group[0]?.price ?? null), highest(group), lowest(group), fixedPoint(group.at(-1)?.price ?? null)],
          text,
        );
        assert.deepEqual([candle?.count, candle?.average], [group.length, meanOf(group)], text);
      }
    }
  });

  it('filled, none is missing and none is there twice; what is carried on is the close before', async () => {
    for (let i = 0; i < QUESTIONS / 3; i++) {
      const start = random.integer(FROM, UNTIL - 9e9);
      const asked = { ...randomAsked(random, ticks, FROM, UNTIL), start, end: start + random.integer(1, 5) * DAY };
      const alignment = { ...randomAlignment(asked), interval: random.pick(INTERVALS.slice(INTERVALS.indexOf('1m'))) };
      const text = `${alignment.interval} ${alignment.sessions ?? alignment.timeZone} ${describeAsked(asked)}`;
      const { value } = await reader.candles(questionOf(asked), { ...requestOf(alignment), fill: 'previous' });
      const first = startOf(start, alignment);
      assert.deepEqual(
        value.map(({ time }) => time),
        startsOf(alignment).filter((time) => time >= first && time <= asked.end),
        text,
      );
      const { value: empty } = await reader.candles(questionOf(asked), { ...requestOf(alignment), fill: 'null' });
      assert.deepEqual(
        empty.map(({ time, count, close }) => [time, count, close === null]),
        value.map(({ time, count }) => [time, count, count === 0]),
        text,
      );
      let close = inRange(ticks, { ...asked, start: undefined, end: start - 1 }).at(-1)?.price ?? null;
      for (const candle of value) {
        if (candle.count === 0) assert.equal(fixedPoint(candle.open), fixedPoint(close), text);
        close = (candle.close ?? null) as typeof close;
      }
    }
  });

  it('what is filled ends with the candle that holds now, and begins no earlier than 1970', async () => {
    const now = Date.now() * 1000;
    const question = { stock: 'BTC:USD', exchange: 'NYSE', start: (now - 3 * DAY) as EpochMicros };
    for (const interval of ['1h', '4h', '1d', '1w', '1M'] as const) {
      for (const fill of ['null', 'previous'] as const) {
        const asked = { ...question, end: (now + 40 * DAY) as EpochMicros };
        const { value } = await reader.candles(asked, { interval, fill, timeZone: 'America/New_York' });
        const last = value.at(-1);
        assert.ok(last !== undefined && last.time <= Date.now() * 1000, interval);
        assert.ok(last.time > Date.now() * 1000 - CANDLE_INTERVALS[interval] * 1.1e6 - 3.6e9, interval);
        assert.equal(last.close === null, fill === 'null');
      }
    }
    const later = { ...question, start: (now + DAY) as EpochMicros, end: (now + 2 * DAY) as EpochMicros };
    const request = { interval: '1h', fill: 'null', timeZone: 'UTC' } as const;
    assert.deepEqual((await reader.candles(later, request)).value, []);
    const early = { ...question, start: -1e15 as EpochMicros, end: DAY as EpochMicros };
    assert.equal((await reader.candles(early, request)).value[0]?.time, 0);
  });

  it('the newest so many are those that a range up to there ends with', async () => {
    for (let i = 0; i < QUESTIONS / 3; i++) {
      const exchange = random.pick(['NASDAQ', 'NYSE'] as const);
      const asked = { ...randomAsked(random, ticks, FROM, UNTIL), start: undefined, exchange };
      const end = (asked.end ?? UNTIL) as EpochMicros;
      const interval = random.pick(INTERVALS);
      const count = random.pick([1, 2, 7, 40, 300]);
      const { value } = await reader.newestCandles({ stock: asked.stock, exchange, end }, interval, count);
      const alignment = { interval, timeZone: 'UTC' };
      const groups = groupBy(inRange(ticks, { ...asked, end }), (tick: Tick) => startOf(tick.time, alignment));
      assert.deepEqual(
        value.candles.map(({ time, count }) => [time, count]),
        [...groups].slice(-count).map(([time, group]) => [time, group.length]),
        `${count} × ${interval} ${describeAsked({ ...asked, end })}`,
      );
    }
  });
});
