import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DecimalText, EpochMicros, SequencedTick, TailSource } from '@tickwatch/core';
import { commit, Tail } from './market.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const NOON = (Date.parse('2026-09-10T12:00:00Z') * 1000) as EpochMicros;

describe('an average by one statement, written before the database has said how far it is', () => {
  let database: TestDatabase;

  before(async () => {
    database = await startTestDatabase();
  });
  after(async () => {
    await database[Symbol.asyncDispose]();
  });

  it('counts a tick once that is committed after the tail was asked for', async () => {
    const tail = new Tail();
    const ticks = [tick('ONCE', 1), tick('ONCE', 2), tick('ONCE', 3)];
    tail.received.push(...ticks);
    let late: readonly SequencedTick[] = [];
    const source: TailSource = {
      async tail(stock) {
        const reply = await tail.tail(stock);
        if (late.length > 0) await commit(database.client, late);
        return reply;
      },
    };
    await using reader = openReader(database.url, [source]);
    assert.equal((await reader.summary({ stock: 'ONCE' })).value.row?.count, 3);
    late = ticks.slice(0, 2);
    const { reach, value } = await reader.summary({ stock: 'ONCE' });
    assert.deepEqual([value.row?.count, value.row?.sum, value.row?.close], [3, '6', '3']);
    assert.equal(reach.position.get('NYSE/0'), 3);
    assert.equal(reach.tailComplete, true);
  });

  it('has all ticks also after a tail that had a gap fits again', async () => {
    const ticks = [11, 12, 13, 14].map((seq) => tick('GAP', seq));
    await commit(database.client, ticks.slice(0, 1));
    const tail = new Tail();
    tail.received.push(...ticks.slice(3));
    tail.from.set('NYSE/0', 13);
    await using reader = openReader(database.url, [tail]);
    const short = await reader.summary({ stock: 'GAP' });
    assert.deepEqual([short.value.row?.count, short.reach.tailComplete], [1, false]);
    await commit(database.client, ticks.slice(1, 3));
    const whole = await reader.summary({ stock: 'GAP' });
    assert.deepEqual([whole.value.row?.count, whole.reach.tailComplete], [4, true]);
  });

  it('has all ticks also after the database was set back to a backup', async () => {
    const ticks = [21, 22, 23].map((seq) => tick('BACK', seq));
    await commit(database.client, ticks);
    // As a subscriber answers: nothing of what the question says it has.
    const source: TailSource = {
      async tail(_stock, after) {
        const tail = new Tail();
        tail.received.push(...ticks.filter(({ seq }) => seq > (after.get('NYSE/0') ?? 0)));
        tail.from.set('NYSE/0', 20);
        return await tail.tail('BACK');
      },
    };
    await using reader = openReader(database.url, [source]);
    assert.equal((await reader.summary({ stock: 'BACK' })).value.row?.count, 3);
    await database.client.query(`DELETE FROM stock_prices WHERE stock_name = 'BACK' AND price > 21`);
    await database.client.query('UPDATE ingest_positions SET seq = 21');
    await database.client.query(`SELECT rebuild_price_rollups('2026-09-10', '2026-09-10')`);
    const { value } = await reader.summary({ stock: 'BACK', start: NOON });
    assert.equal(value.row?.count, 3);
  });

  it('widens to whole minutes as soon as single ticks are dropped', async () => {
    await using reader = openReader(database.url, [new Tail()]);
    const question = { stock: 'ONCE', start: (NOON - 30e6) as EpochMicros };
    assert.equal((await reader.summary(question)).value.span.from, NOON - 30e6);
    await database.client.query(`UPDATE raw_retention SET raw_from = '2026-09-10T12:00:00Z'`);
    const { reach, value } = await reader.summary(question);
    assert.equal(reach.rawFrom, NOON);
    assert.equal(value.span.from, NOON - 60e6);
  });
});

function tick(stock: string, seq: number): SequencedTick {
  const time = (NOON + seq * 1e6) as EpochMicros;
  return { stock, exchange: 'NYSE', price: String(seq) as DecimalText, time, seq };
}
