import assert from 'node:assert/strict';
import { get as httpGet } from 'node:http';
import { after, before, describe, it } from 'node:test';
import type { TickReader } from '@tickwatch/store';
import pg from 'pg';
import { copies, eventually, open, ROWS, startBigDatabase } from './big-stock.ts';
import { listenBackend, type TestBackend } from './test-backend.ts';
import type { TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

describe('limits', () => {
  let database: TestDatabase;
  let reader: TickReader;
  let api: TestBackend;

  before(async () => {
    database = await startBigDatabase();
    reader = openReader(database.url, [], {
      limits: {
        questions: { permits: 2, queue: 2, waitMs: 60_000 },
        exports: { permits: 1, queue: 0, waitMs: 100 },
      },
    });
    api = await listenBackend(reader);
  });

  after(async () => {
    for (const one of [api, reader, database]) await one[Symbol.asyncDispose]();
  });

  it('a large answer is streamed whole', async () => {
    const answer = await api.get('/api/prices/BIG');
    assert.equal(((await answer.json()) as unknown[]).length, ROWS);
  });

  it('a file of columns counts as an export while it is made, and not while it is read', async () => {
    const first = await open(api, '/api/prices/BIG');
    const refused = await api.get('/api/prices/BIG?format=parquet');
    assert.equal(refused.status, 503);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    first.destroy();
    await eventually('the slot is given back', () => reader.load().exports === 0);
    const slow = await open(api, '/api/prices/BIG?format=arrow');
    assert.equal(slow.statusCode, 200);
    assert.equal(reader.load().exports, 0);
    assert.equal((await api.get('/api/prices/BIG?format=parquet')).status, 200);
    slow.destroy();
  });

  it('a file of columns is given up when its asker leaves', async () => {
    const request = httpGet(`${api.origin}/api/prices/BIG?format=parquet&order=desc`);
    request.on('error', () => {});
    await eventually('it is being made', () => reader.load().exports === 1);
    request.destroy();
    await eventually('the slot is given back', () => reader.load().exports === 0);
    await eventually('the statement has ended', async () => (await copies(database)).length === 0);
  });

  it('exports beyond the limit are refused with Retry-After, and small answers are not', async () => {
    const first = await open(api, '/api/prices/BIG');
    assert.equal(first.statusCode, 200);
    const second = await api.get('/api/prices/BIG');
    assert.equal(second.status, 503);
    assert.equal(second.headers.get('content-type'), 'application/problem+json');
    assert.ok(Number(second.headers.get('retry-after')) > 0);
    assert.equal((await api.get('/api/prices/BIG?end_time=2026-09-10T00:00:10Z')).status, 200);
    first.destroy();
    await eventually('the slot is given back', () => reader.load().exports === 0);
  });

  it('all ticks of all stocks are an export, and a page of them is none', async () => {
    const first = await open(api, '/api/ticks');
    assert.equal(first.statusCode, 200);
    const second = await api.get('/api/ticks?format=ndjson');
    assert.equal(second.status, 503);
    assert.ok(Number(second.headers.get('retry-after')) > 0);
    const page = await api.get('/api/ticks?limit=1000');
    assert.equal(((await page.json()) as unknown[]).length, 1000);
    first.destroy();
    await eventually('the slot is given back', () => reader.load().exports === 0);
  });

  for (const path of ['/api/prices/BIG', '/api/ticks']) {
    it(`an asker of ${path} who leaves takes the query along`, async () => {
      const answer = await open(api, path);
      await eventually('the export runs', () => reader.load().exports === 1);
      answer.destroy();
      await eventually('the export ends', async () => (await copies(database)).length === 0);
      await eventually('the slot is given back', () => reader.load().exports === 0);
    });
  }

  it('more questions than may wait are refused at once, and the others are answered', async () => {
    const lock = 'BEGIN; LOCK TABLE price_rollups IN ACCESS EXCLUSIVE MODE';
    await database.client.query(lock);
    const statuses: number[] = [];
    const asked = Array.from({ length: 8 }, async () => statuses.push((await api.get('/api/average/BIG')).status));
    await eventually('those beyond the queue are answered', () => statuses.length === 4);
    assert.deepEqual(statuses, [503, 503, 503, 503]);
    await database.client.query('ROLLBACK');
    await Promise.all(asked);
    assert.deepEqual(statuses.slice(4), [200, 200, 200, 200]);
  });

  it('askers who left while they waited keep nobody else out', async () => {
    await database.client.query('BEGIN; LOCK TABLE price_rollups IN ACCESS EXCLUSIVE MODE');
    const asked = Array.from({ length: 2 }, () => api.get('/api/average/BIG'));
    await eventually('all connections are taken', () => reader.load().questions === 2);
    for (let round = 0; round < 3; round++) {
      const leaving = new AbortController();
      const left = Array.from({ length: 2 }, () => api.get('/api/average/BIG', { signal: leaving.signal }));
      await eventually('the queue is full', () => reader.load().waiting === 2);
      leaving.abort();
      for (const one of left) await assert.rejects(one);
      await eventually('the queue is empty', () => reader.load().waiting === 0);
    }
    await database.client.query('ROLLBACK');
    for (const one of asked) assert.equal((await one).status, 200);
  });

  it("where PostgreSQL's lock table is full, the answer is 503 and says which setting is too small", async () => {
    // With this lock others' locks on the table have to be in the lock table.
    await database.client.query('BEGIN; LOCK TABLE price_rollups IN SHARE MODE');
    const full = await fillLockTable(database.url);
    const answer = await api.get('/api/average/BIG');
    const problem = (await answer.json()) as { detail: string };
    for (const greedy of full) await greedy.end();
    await database.client.query('ROLLBACK');
    assert.equal(answer.status, 503);
    assert.ok(Number(answer.headers.get('retry-after')) > 0);
    assert.match(problem.detail, /^PostgreSQL's lock table is full: raise its setting max_locks_per_transaction/);
    assert.equal((await api.get('/api/average/BIG')).status, 200);
  });
});

/** Takes all places for those who hold a lock. @returns who has them, to be ended */
async function fillLockTable(url: string): Promise<readonly pg.Client[]> {
  const clients = Array.from({ length: 8 }, () => new pg.Client({ connectionString: url }));
  // First: a connection that begins needs a lock.
  await Promise.all(clients.map((client) => client.connect()));
  const [one, ...others] = clients as [pg.Client, ...pg.Client[]];
  const lock = 'SELECT pg_advisory_lock_shared(n) FROM generate_series(1, $1::int) AS n';
  const outOfMemory = /out of shared memory/;
  await assert.rejects(one.query(lock, [1_000_000]), outOfMemory);
  await one.query('SELECT pg_advisory_unlock_shared(n) FROM generate_series(1, 100) AS n');
  const { rows } = await one.query<{ n: number }>(
    'SELECT max(objid::bigint)::int AS n FROM pg_locks WHERE objsubid = 1',
  );
  // Each takes the same locks, which need places of their own.
  for (const other of others) {
    const taken = await other.query(lock, [rows[0]?.n]).catch((error: unknown) => error);
    if (outOfMemory.test(String(taken))) return clients;
  }
  throw new Error('the lock table takes more and more');
}
