import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { laneOfStock, nowMicros, type SequencedTick } from '@tickwatch/core';
import type { TickReader } from '@tickwatch/store';
import { tick } from './contract-api.ts';
import { commit, laneOf, Tail } from './market.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const NOON = '2026-09-10T12:00:00Z';
const LANES = 2;
/** A stock in each of the two lanes. */
const STOCKS = [0, 1].map((lane) => ['AAPL', 'MSFT', 'TSLA', 'NVDA'].find((name) => laneOfStock(name, LANES) === lane));
const [FIRST = '', SECOND = ''] = STOCKS;
const POSITIONS = { 'NASDAQ/0': 102, 'NASDAQ/1': 502, 'NYSE/0': 102, 'NYSE/1': 502 };

describe('two subscribers that share four lanes', () => {
  let database: TestDatabase;
  const one = new Tail(LANES, ['NASDAQ/0', 'NYSE/1']);
  const other = new Tail(LANES, ['NASDAQ/1', 'NYSE/0']);

  before(async () => {
    database = await startTestDatabase();
    const ticks: SequencedTick[] = [];
    for (const exchange of ['NASDAQ', 'NYSE']) {
      for (const [stock, seq] of [[FIRST, 100] as const, [SECOND, 500] as const]) {
        for (let i = 1; i <= 2; i++) ticks.push(tick(stock, exchange, String(i), NOON, seq + i));
      }
    }
    // The first of each lane is committed; both are still in memory, each in that of the subscriber that leads the lane.
    await commit(
      database.client,
      ticks.filter(({ price }) => price === '1'),
      LANES,
    );
    for (const tail of [one, other]) {
      tail.received.push(...ticks.filter((known) => tail.from.has(laneOf(known, LANES))));
      for (const [lane, from] of [...tail.from]) tail.from.set(lane, from + (lane.endsWith('1') ? 500 : 100));
    }
  });
  after(async () => {
    await database[Symbol.asyncDispose]();
  });

  /** Asks twice: the first answer is a snapshot, the next (an average of one statement) is not. */
  const counts = async (reader: TickReader) => {
    const found: number[] = [];
    let complete = true;
    for (const stock of [FIRST, SECOND, FIRST]) {
      const { reach, value } = await reader.summary({ stock });
      found.push(value.row?.count ?? 0);
      complete &&= reach.tailComplete;
    }
    return { found, complete };
  };

  it('make a complete answer together, each tick once, and say how far it reaches in each lane', async () => {
    await using reader = openReader(database.url, [one, other]);
    assert.deepEqual(await counts(reader), { found: [4, 4, 4], complete: true });
    const { reach, value } = await reader.stocks({});
    assert.deepEqual(Object.fromEntries(reach.position), POSITIONS);
    assert.deepEqual(
      value.map(({ count, price }) => [count, price]),
      [1, 2, 3, 4].map(() => [2, '2']),
    );
  });

  it('make no complete answer when one of them does not answer, and have what the other knows', async () => {
    const away = new Tail(LANES, []);
    away.fault = () => Promise.reject(new Error('away'));
    await using reader = openReader(database.url, [one, away]);
    assert.deepEqual(await counts(reader), { found: [3, 3, 3], complete: false });
    assert.equal(reader.load().tailReachable, false);
    // Nor when nothing is known of the lanes that the other should lead.
    const alone = new Tail(LANES, []);
    Object.assign(alone, { from: one.from, received: one.received, configured: [...one.from.keys()] });
    await using whole = openReader(database.url, [alone]);
    assert.equal((await counts(whole)).complete, true);
    await using part = openReader(database.url, [alone, away]);
    assert.equal((await counts(part)).complete, false);
  });

  it('make no complete answer while nobody leads a lane that somebody should lead', async () => {
    const follower = new Tail(LANES, ['NASDAQ/1']);
    follower.from.set('NASDAQ/1', 500);
    await using reader = openReader(database.url, [one, follower]);
    const { reach } = await reader.asOf({ stock: FIRST, time: nowMicros() });
    assert.equal(reach.tailComplete, false);
    assert.equal(reach.position.get('NYSE/0'), 101);
  });

  it('are believed by who reaches further without a gap while a lane moves from one to the other', async () => {
    const before = new Tail(LANES, ['NYSE/1']);
    before.from.set('NYSE/1', 500);
    for (const seq of [501, 502]) before.received.push(tick(SECOND, 'NYSE', String(seq - 500), NOON, seq));
    // It claims the lane, but has forgotten what lies between.
    const gap = new Tail(LANES, ['NYSE/1']);
    gap.from.set('NYSE/1', 900);
    for (const tails of [
      [before, gap, one, other],
      [one, other, gap, before],
    ]) {
      await using reader = openReader(database.url, tails);
      assert.deepEqual(await counts(reader), { found: [4, 4, 4], complete: true });
    }
  });

  it('are complete although a position is left over from lanes that nobody is to lead any more', async () => {
    await database.client.query(
      `INSERT INTO ingest_positions (lane, exchange_name, seq) VALUES ('NASDAQ/7', 'NASDAQ', 9), ('AMEX/0', 'AMEX', 9)`,
    );
    await using reader = openReader(database.url, [one, other]);
    assert.deepEqual(await counts(reader), { found: [4, 4, 4], complete: true });
    await database.client.query(`DELETE FROM ingest_positions WHERE seq = 9`);
    assert.deepEqual(await counts(reader), { found: [4, 4, 4], complete: true });
  });
});
