import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type EpochMicros, parseTime, type SequencedTick, type Tick } from '@tickwatch/core';
import { columnGrid, decimalMean, type PageKey, type TickReader, timeWeightedMean } from '@tickwatch/store';
import { describeAsked, randomAsked } from './asked.ts';
import { commit, EXCHANGES, laneOf, randomTicks, STOCKS, Tail } from './market.ts';
import {
  type Asked,
  fixedPoint,
  groupBy,
  highest,
  inRange,
  keyOf,
  lowest,
  meanOf,
  timeWeightedMeanOf,
  toFixedPoint,
} from './oracle.ts';
import { Random } from './random.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const SEED = 20_260_308;
/** Busy days, and a quiet stretch. */
const FROM = parseTime('2026-03-05T03:00:00Z') as number;
const UNTIL = parseTime('2026-03-12T21:00:00Z') as number;
const QUESTIONS = 60;
const LANES = 2;

describe('any range, compared with a brute-force oracle in exact decimals', () => {
  const random = new Random(SEED);
  // The first ticks are from before the order of arrival was kept.
  const ticks = randomTicks(random, 4000, FROM, UNTIL, LANES).map((tick, i) => (i < 1000 ? { ...tick, seq: 0 } : tick));
  let database: TestDatabase;
  let reader: TickReader;

  before(async () => {
    database = await startTestDatabase();
    // The last ticks to arrive are not committed: they are in two subscribers' memory, as late and as odd as the others.
    const tails = [new Tail(LANES, ['NASDAQ/0', 'NYSE/1']), new Tail(LANES, ['NASDAQ/1', 'NYSE/0'])];
    const committed = ticks.slice(0, 3900);
    await commitInPieces(database, committed);
    for (const tail of tails) {
      tail.received.push(...ticks.slice(3700));
      for (const lane of tail.from.keys()) {
        const first = tail.received.find((tick) => laneOf(tick, LANES) === lane);
        tail.from.set(lane, (first?.seq ?? 1) - 1);
      }
    }
    reader = openReader(database.url, tails);
    assert.equal((await reader.summary({ stock: STOCKS[0] })).reach.tailComplete, true);
  });

  after(async () => {
    await reader[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  async function commitInPieces({ client }: TestDatabase, all: readonly SequencedTick[]): Promise<void> {
    for (let day = 5; day <= 10; day++) await client.query(`SELECT create_day_partition('2026-03-${day}')`);
    for (let i = 0; i < all.length; i += 650) await commit(client, all.slice(i, i + 650), LANES);
  }

  const questionOf = (asked: Asked) => ({ ...asked, start: asked.start as EpochMicros, end: asked.end as EpochMicros });
  it('averages, extremes, ends and time-weighted means are exact', async () => {
    for (let i = 0; i < QUESTIONS; i++) {
      const asked = randomAsked(random, ticks, FROM, UNTIL);
      const expected = inRange(ticks, asked);
      const { value } = await reader.summary(questionOf(asked));
      const { row } = value;
      const text = describeAsked(asked);
      if (asked.end !== undefined) {
        assert.equal(timeWeightedMean(value), timeWeightedMeanOf(ticks, { ...asked, end: asked.end }), text);
      }
      assert.equal(row?.count ?? 0, expected.length, text);
      const [first, last] = [expected[0], expected.at(-1)];
      if (row === undefined || first === undefined || last === undefined) continue;
      assert.equal(decimalMean(row.sum, String(row.count)), meanOf(expected), text);
      assert.equal(toFixedPoint(row.low), lowest(expected), text);
      assert.equal(toFixedPoint(row.high), highest(expected), text);
      assert.equal(toFixedPoint(row.open), toFixedPoint(first.price), text);
      assert.equal(toFixedPoint(row.close), toFixedPoint(last.price), text);
      assert.deepEqual([row.openTime, row.closeTime], [first.time, last.time], text);
    }
  });

  it('points keep the first, last, lowest and highest tick of every column, and are ticks', async () => {
    for (let i = 0; i < QUESTIONS; i++) {
      const asked = randomAsked(random, ticks, FROM, UNTIL);
      const limit = random.pick([4, 5, 10, 40, 400, 5000]);
      const expected = inRange(ticks, asked);
      const answer = (await reader.points(questionOf(asked), limit)).value;
      const text = `${limit} ${describeAsked(asked)}`;
      assert.ok(answer !== undefined);
      assert.ok(answer.ticks.length <= Math.max(limit, expected.length === 0 ? 0 : limit), text);
      assert.equal(answer.reduced, expected.length > limit, text);
      const all = new Set(expected.map(keyOf));
      for (const tick of answer.ticks) assert.ok(all.has(keyOf(tick)), `${text}: ${keyOf(tick)} is no tick`);
      if (!answer.reduced) {
        assert.deepEqual(answer.ticks.map(keyOf), expected.map(keyOf), text);
        continue;
      }
      const [first, last] = [expected[0] as Tick, expected.at(-1) as Tick];
      const { grid } = columnGrid({ openTime: first.time, closeTime: last.time }, limit);
      const column = (tick: Tick): number => Math.floor((tick.time - grid.from) / grid.width);
      const drawn = groupBy(answer.ticks, column);
      for (const [n, group] of groupBy(expected, column)) {
        const kept = drawn.get(n) ?? [];
        assert.deepEqual(
          [fixedPoint(kept[0]?.price ?? null), fixedPoint(kept.at(-1)?.price ?? null), lowest(kept), highest(kept)],
          [fixedPoint(group[0]?.price ?? null), fixedPoint(group.at(-1)?.price ?? null), lowest(group), highest(group)],
          text,
        );
        assert.deepEqual([kept[0]?.time, kept.at(-1)?.time], [group[0]?.time, group.at(-1)?.time], text);
      }
    }
  });

  it('pages in both orders give every tick once', async () => {
    for (let i = 0; i < QUESTIONS / 3; i++) {
      const asked = randomAsked(random, ticks, FROM, UNTIL);
      const order = random.pick(['asc', 'desc'] as const);
      const limit = random.pick([1, 3, 50, 1000]);
      const expected = inRange(ticks, asked).slice(0, order === 'asc' ? 40 * limit : undefined);
      if (order === 'desc') expected.reverse();
      const found: Tick[] = [];
      let after: PageKey | undefined;
      do {
        const { value } = await reader.page(questionOf(asked), { order, limit, after });
        found.push(...value.ticks);
        after = value.next;
      } while (after !== undefined && found.length < 40 * limit);
      const length = Math.min(found.length, expected.length);
      assert.deepEqual(
        found.slice(0, length).map((tick) => [tick.time, toFixedPoint(tick.price), tick.exchange]),
        expected.slice(0, length).map((tick) => [tick.time, toFixedPoint(tick.price), tick.exchange]),
        `${order} ${limit} ${describeAsked(asked)}`,
      );
      if (after === undefined) assert.equal(found.length, expected.length);
    }
  });

  it('the price as of a moment is the last one at or before it', async () => {
    for (let i = 0; i < QUESTIONS; i++) {
      const asked = randomAsked(random, ticks, FROM, UNTIL);
      const time = (asked.end ?? random.pick(ticks).time) as EpochMicros;
      const expected = inRange(ticks, { ...asked, start: undefined, end: time }).at(-1);
      const { value } = await reader.asOf({ stock: asked.stock, exchange: asked.exchange, time });
      assert.deepEqual(
        value && [value.time, toFixedPoint(value.price)],
        expected && [expected.time, toFixedPoint(expected.price)],
        describeAsked(asked),
      );
    }
  });

  it('the latest price of each stock, its first time and its count', async () => {
    const { value } = await reader.stocks({});
    const expected = STOCKS.flatMap((stock) =>
      EXCHANGES.map((exchange) => inRange(ticks, { stock, exchange, start: undefined, end: undefined })),
    );
    assert.deepEqual(
      value.map(({ stock, exchange, price, time, firstTime, count }) => [
        stock,
        exchange,
        toFixedPoint(price),
        time,
        firstTime,
        count,
      ]),
      expected.map((line) => {
        const last = line.at(-1) as Tick;
        return [last.stock, last.exchange, toFixedPoint(last.price), last.time, line[0]?.time, line.length];
      }),
    );
  });
});
