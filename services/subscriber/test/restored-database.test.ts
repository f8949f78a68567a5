import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startTestDatabases, type TestDatabase, type TestDatabases, TestIngest } from './ingest-kit.ts';

const TABLES = ['stock_prices', 'ingest_positions', 'price_rollups', 'rejected_messages'];
const LANES = new Map([['NYSE', 1]]);

async function dump(database: TestDatabase): Promise<void> {
  for (const table of TABLES) await database.ask(`CREATE TABLE dump_${table} AS SELECT * FROM ${table}`);
}

/** As a data-only restore does it, with the sessions of the subscriber going on. */
async function restore(database: TestDatabase): Promise<void> {
  const copies = TABLES.map(
    (table) => `DELETE FROM ${table}; INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM dump_${table};`,
  );
  await database.ask(`BEGIN; SET LOCAL tickwatch.rollups = 'caller'; ${copies.join(' ')} COMMIT`);
}

function ticks(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => `A:(${from + i}, ${from + i})`);
}

describe('a database that is restored under a running subscriber', () => {
  let postgres: TestDatabases;
  before(async () => {
    postgres = await startTestDatabases();
  });
  after(() => postgres[Symbol.asyncDispose]());

  for (const comesMore of [true, false]) {
    it(`gets again what it lost, ${comesMore ? 'with the next batch' : 'also when no more ticks come'}`, async () => {
      const database = await postgres.newDatabase().create();
      await using ingest = await TestIngest.start(database.url, { lanes: LANES });
      await ingest.leads();
      await ingest.sink.publish('NYSE', ticks(1, 300));
      await ingest.stored(300);
      await dump(database);
      await ingest.sink.publish('NYSE', ticks(301, 700));
      await ingest.stored(700);
      await restore(database);
      if (comesMore) await ingest.sink.publish('NYSE', ticks(701, 710));
      const count = comesMore ? 710 : 700;
      await database.holds(count);
      assert.deepEqual(
        await database.prices(),
        Array.from({ length: count }, (_, i) => `${i + 1}`),
      );
      const told = await ingest.sees('store_went_back');
      assert.equal(told.lost, 0);
      const { total } = await ingest.stored(count);
      assert.deepEqual({ received: total.received, lost: total.lost }, { received: count, lost: 0 });
    });
  }

  it('counts as lost what the log does not remember any more, and says so', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url, { lanes: LANES, graceMs: 0 });
    await ingest.leads();
    await ingest.sink.publish('NYSE', ticks(1, 30));
    await ingest.stored(30);
    await dump(database);
    for (const from of [31, 41, 51]) {
      await ingest.sink.publish('NYSE', ticks(from, from + 9));
      await ingest.stored(from + 9);
    }
    // The spool forgets with its next sweeps.
    await ingest.until(
      'forgotten',
      (ledger) => (ledger as unknown as { log: { messages: number } }).log.messages === 0,
    );
    await restore(database);
    const { lost } = await ingest.sees('store_went_back');
    const { total } = await ingest.until('told', (ledger) => ledger.total.waiting === 0 && ledger.total.lost > 0);
    assert.equal(total.lost, lost);
    assert.equal(total.received, 60);
    assert.match(ingest.subscriber.readiness().holes?.detail ?? '', /^\d+ ticks lost/);
    assert.equal((await database.prices()).length, 60 - total.lost);
  });

  it('counts it also when the subscriber was not there', async () => {
    const database = await postgres.newDatabase().create();
    const spoolFolder = await mkdtemp(join(tmpdir(), 'tickwatch-restored-'));
    const options = { lanes: LANES, graceMs: 0, spoolFolder, spoolBytes: 200_000 };
    {
      await using ingest = await TestIngest.start(database.url, options);
      await ingest.leads();
      await ingest.sink.publish('NYSE', ticks(1, 30));
      await ingest.stored(30);
      await dump(database);
      // Long ones, which fill a file of the spool; the last ones lie in the next.
      const long = ticks(31, 130).map((tick) => tick.padEnd(900));
      await ingest.sink.publish('NYSE', long);
      await ingest.stored(130);
      await ingest.sink.publish('NYSE', ticks(131, 135));
      await ingest.stored(135);
    }
    await restore(database);
    await using ingest = await TestIngest.start(database.url, options);
    await ingest.leads();
    const { lost } = await ingest.sees('store_went_back');
    assert.equal(lost, 100);
    const { total } = await ingest.until('told', (ledger) => ledger.total.lost > 0 && ledger.total.waiting === 0);
    assert.deepEqual({ received: total.received, stored: total.stored }, { received: 105, stored: 5 });
    await database.holds(35);
    await rm(spoolFolder, { recursive: true });
  });
});
