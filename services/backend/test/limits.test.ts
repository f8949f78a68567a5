import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TickReader } from '@tickwatch/store';
import pg from 'pg';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const ROWS = 200_000;

describe('limits', () => {
  let database: TestDatabase;
  let reader: TickReader;
  let api: TestBackend;
  /** Of one who gives up early, for what is given up; all others have time enough on a busy machine. */
  let hasty: TestBackend;
  let hastyReader: TickReader;

  before(async () => {
    database = await startTestDatabase();
    await database.client.query(
      `INSERT INTO stock_prices SELECT '2026-09-10T00:00:00Z'::timestamptz + n * interval '100 milliseconds', 'BIG', 'NYSE', 100 + n % 100
         FROM generate_series(1, $1) n`,
      [ROWS],
    );
    reader = openReader(database.url, [], {
      limits: {
        questions: { permits: 2, queue: 2, waitMs: 60_000 },
        exports: { permits: 1, queue: 0, waitMs: 100 },
      },
      export: { timeoutMs: 60_000, stallMs: 30_000, smallRows: 500 },
    });
    api = await listenBackend(reader);
    hastyReader = openReader(database.url, [], {
      export: { timeoutMs: 60_000, stallMs: 1000, smallRows: 500 },
      statementTimeoutMs: 1000,
    });
    hasty = await listenBackend(hastyReader);
  });

  after(async () => {
    for (const one of [api, hasty, reader, hastyReader]) await one[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  /** Asks and doesn't read the body. */
  const open = (path: string, { origin } = api): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => httpGet(`${origin}${path}`, resolve).on('error', reject));

  const running = async (like: string): Promise<number> => {
    const { rows } = await database.client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE state = 'active' AND query LIKE $1 AND pid <> pg_backend_pid()`,
      [like],
    );
    return rows[0]?.n ?? 0;
  };

  const eventually = async (what: string, check: () => boolean | Promise<boolean>): Promise<void> => {
    const deadline = performance.now() + 60_000;
    while (!(await check())) {
      assert.ok(performance.now() < deadline, what);
      await sleep(30);
    }
  };

  it('a large answer is streamed whole', async () => {
    const answer = await api.get('/api/prices/BIG');
    assert.equal(((await answer.json()) as unknown[]).length, ROWS);
  });

  it('a file of columns counts as an export while it is made, and not while it is read', async () => {
    const first = await open('/api/prices/BIG');
    const refused = await api.get('/api/prices/BIG?format=parquet');
    assert.equal(refused.status, 503);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    first.destroy();
    await eventually('the slot is given back', () => reader.load().exports === 0);
    const slow = await open('/api/prices/BIG?format=arrow');
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
    await eventually('the statement has ended', async () => (await running('COPY%')) === 0);
  });

  it('exports beyond the limit are refused with Retry-After, and small answers are not', async () => {
    const first = await open('/api/prices/BIG');
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
    const first = await open('/api/ticks');
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
      const answer = await open(path);
      await eventually('the export runs', () => reader.load().exports === 1);
      answer.destroy();
      await eventually('the export ends', async () => (await running('COPY%')) === 0);
      await eventually('the slot is given back', () => reader.load().exports === 0);
    });
  }

  for (const path of ['/api/prices/BIG', '/api/ticks']) {
    it(`a reader of ${path} who stalls is cut`, async () => {
      const { port } = new URL(hasty.origin);
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => {});
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      await eventually('the export begins', () => hastyReader.load().exports === 1);
      await eventually('the export is cut', () => hastyReader.load().exports === 0);
      let received = '';
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        received += chunk.slice(-40);
      });
      await new Promise<void>((resolve) => socket.on('close', () => resolve()).resume());
      assert.ok(!received.endsWith('0\r\n\r\n'), 'a cut answer does not look complete');
    });
  }

  it('a database that falls silent in the middle of an answer is given up, and asked again later', async () => {
    const answer = await open('/api/prices/BIG', hasty);
    const copy = async (): Promise<number | undefined> => {
      const of = "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'COPY%'";
      return (await database.client.query<{ pid: number }>(of)).rows[0]?.pid;
    };
    await eventually('the export runs', async () => (await copy()) !== undefined);
    const backend = (await copy()) as number;
    process.kill(backend, 'SIGSTOP');
    try {
      answer.resume();
      const end = new Promise<string>((resolve) => {
        answer.on('end', () => resolve('complete')).on('error', () => resolve('cut'));
      });
      assert.equal(await end, 'cut');
      await eventually('the slot is given back', () => hastyReader.load().exports === 0);
    } finally {
      process.kill(backend, 'SIGCONT');
    }
    const isWhole = async () => ((await (await hasty.get('/api/prices/BIG')).json()) as unknown[]).length === ROWS;
    await eventually('a whole answer', () => isWhole().catch(() => false));
  });

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

  it('a question that takes too long is given up with 503', async () => {
    await database.client.query('BEGIN; LOCK TABLE price_rollups IN ACCESS EXCLUSIVE MODE');
    const answer = await hasty.get('/api/average/BIG');
    await database.client.query('ROLLBACK');
    assert.equal(answer.status, 503);
    const problem = await answer.text();
    assert.doesNotMatch(problem, /cancel|statement|SQL/i);
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

  it('while the database is away, every question is 503 with Retry-After and no word of the driver', async () => {
    await using away = openReader('postgresql://nobody:secret@127.0.0.1:1/none', [], { connectTimeoutMs: 500 });
    await using lonely = await listenBackend(away);
    for (const path of [
      '/api/prices/A',
      '/api/ticks',
      '/api/ticks?limit=1',
      '/api/average/A',
      '/api/stocks',
      '/api/candles/A?interval=1h',
      '/api/udf/config',
    ]) {
      const answer = await lonely.get(path);
      assert.equal(answer.status, 503, path);
      assert.ok(Number(answer.headers.get('retry-after')) > 0);
      assert.doesNotMatch(await answer.text(), /ECONNREFUSED|127\.0|secret|nobody/);
    }
    assert.equal((await lonely.get('/healthz')).status, 200);
    assert.equal((await lonely.get('/readyz')).status, 503);
    assert.equal((await lonely.get('/api/system')).status, 200);
    assert.equal((await lonely.get('/api/prices/A?start_time=soon')).status, 422);
  });
});

describe('a database that lets in and then says nothing', () => {
  it('is given up after the time that a connection may take', async () => {
    const [authenticated, ready] = [Buffer.from('520000000800000000', 'hex'), Buffer.from('5a0000000549', 'hex')];
    const silent = createServer((socket) => {
      socket.on('error', () => {}).once('data', () => socket.write(Buffer.concat([authenticated, ready])));
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    await using reader = openReader(`postgresql://a:b@127.0.0.1:${port}/none`, [], { connectTimeoutMs: 500 });
    await using api = await listenBackend(reader);
    const answers = await Promise.all(['/api/average/A', '/api/prices/A', '/readyz'].map((path) => api.get(path)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [503, 503, 503],
    );
    assert.deepEqual(reader.load().questions, 0);
    silent.close();
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

describe('after old ticks were dropped', () => {
  it('averages and candles stay exact at the grain of minutes and say from when single ticks are there', async () => {
    await using database = await startTestDatabase();
    await database.client.query(
      `INSERT INTO stock_prices SELECT '2026-09-10T10:00:00Z'::timestamptz + n * interval '10 seconds', 'OLD', 'NYSE', n
         FROM generate_series(0, 17) n`,
    );
    await database.client.query(`INSERT INTO stock_prices VALUES ('2026-09-12T10:00:00Z', 'OLD', 'NYSE', 100)`);
    await database.client.query(`SELECT drop_raw_before('2026-09-11', 100)`);
    await using reader = openReader(database.url);
    await using api = await listenBackend(reader);
    const get = async (path: string) => (await (await api.get(path)).json()) as Record<string, unknown>;
    const all = await get('/api/average/OLD');
    assert.deepEqual([all.count, all.min, all.max, all.raw_from], [19, 0, 100, '2026-09-11T00:00:00.000000Z']);
    const part = await get('/api/average/OLD?start_time=2026-09-10T10:01:30Z&end_time=2026-09-10T10:01:40Z');
    assert.deepEqual(
      [part.count, part.start_time, part.end_time, part.average_price],
      [6, '2026-09-10T10:01:00.000000Z', '2026-09-10T10:01:59.999999Z', 8.5],
    );
    const prices = await api.get('/api/prices/OLD');
    assert.equal(prices.headers.get('x-raw-from'), '2026-09-11T00:00:00.000000Z');
    assert.equal(((await prices.json()) as unknown[]).length, 1);
    const points = await api.get('/api/prices/OLD?points=8');
    assert.equal(points.headers.get('x-resolution'), 'reduced');
    assert.ok(((await points.json()) as { price: number }[]).some(({ price }) => price === 0));
    const asOf = await get('/api/asof/OLD?time=2026-09-10T11:00:00Z');
    assert.deepEqual([asOf.price, asOf.timestamp], [17, '2026-09-10T10:02:50.000000Z']);
  });
});
