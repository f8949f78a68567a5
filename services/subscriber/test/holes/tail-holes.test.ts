import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { TailHole } from '@tickwatch/core';
import pg from 'pg';
import { startTestDatabases, type TestDatabases, TestIngest } from '../ingest-kit.ts';

const LANES = new Map([['NYSE', 1]]);

describe('the tail', () => {
  let postgres: TestDatabases;
  before(async () => {
    postgres = await startTestDatabases();
  });
  after(() => postgres[Symbol.asyncDispose]());

  it('knows no hole before the first tick of all', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url, { lanes: LANES });
    await ingest.leads();
    assert.deepEqual(await holes(ingest), []);
    await ingest.sink.publish('NYSE', ['A:1']);
    await ingest.stored(1);
    assert.deepEqual(await holes(ingest), []);
    assert.deepEqual(await database.ask('SELECT reason FROM gaps'), []);
    assert.deepEqual(await database.ask('SELECT exchange_name, to_time, source FROM coverage'), [
      { exchange_name: 'NYSE', to_time: null, source: null },
    ]);
  });

  it('tells a hole while nothing came behind it, until it is recorded, and a moment longer', async () => {
    const database = await postgres.newDatabase().create();
    {
      await using ingest = await TestIngest.start(database.url, { lanes: LANES });
      await ingest.leads();
      await ingest.sink.publish('NYSE', ['A:1']);
      await ingest.stored(1);
    }
    await using ingest = await TestIngest.start(database.url, { lanes: LANES });
    await ingest.leads();
    const [open] = await holes(ingest);
    assert.equal(open?.reason, 'not_listening');
    assert.equal(open.to_seq, null);
    assert.ok(open.to_time !== null && open.to_time > open.from_time, 'it is listened to again');
    await ingest.sink.publish('NYSE', ['A:2']);
    await ingest.stored(1);
    const [closed, ...others] = await holes(ingest);
    assert.deepEqual(others, []);
    assert.equal(closed?.from_time, open.from_time);
    const rows = await database.ask<Record<string, unknown>>(
      'SELECT lane, lanes, reason, from_time::text = to_time::text AS empty, to_seq::float8 FROM gaps',
    );
    assert.deepEqual(rows, [
      { lane: 'NYSE/0', lanes: 1, reason: 'not_listening', empty: false, to_seq: closed?.to_seq },
    ]);
    // Whoever has read this tick from the database has read the hole, too.
    assert.deepEqual(await holes(ingest, closed?.to_seq ?? 0), []);
  });

  it('says that what only the log has is not in the answer', async () => {
    const database = await postgres.newDatabase().create();
    const spoolFolder = await mkdtemp(join(tmpdir(), 'tickwatch-holes-'));
    try {
      await using ingest = await TestIngest.start(database.url, { lanes: LANES, maxRows: 10, spoolFolder });
      await ingest.leads();
      await ingest.sink.publish('NYSE', ['A:1']);
      await ingest.stored(1);
      const blocking = new pg.Client({ connectionString: database.url });
      await blocking.connect();
      blocking.on('error', () => {});
      await blocking.query('BEGIN; LOCK TABLE day_prices');
      for (let i = 0; i < 400; i++) {
        await ingest.sink.publish('NYSE', Array<string>(100).fill('A:2'));
        // The disk gets it first.
        await setTimeout(5);
      }
      await until(async () => (await holes(ingest)).some(({ reason, to_time }) => reason === 'waiting' && !to_time));
      await blocking.end();
      await ingest.stored(40_001);
      assert.deepEqual(await holes(ingest), []);
      assert.deepEqual(await database.ask('SELECT reason FROM gaps'), []);
    } finally {
      await rm(spoolFolder, { recursive: true, force: true });
    }
  });
});

async function holes(ingest: TestIngest, after = 0): Promise<readonly TailHole[]> {
  return (await ingest.subscriber.tail.tail(undefined, new Map([['NYSE/0', after]]))).holes;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('it was never so');
    await setTimeout(20);
  }
}
