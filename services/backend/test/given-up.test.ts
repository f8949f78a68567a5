import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { TickReader } from '@tickwatch/store';
import { copies, eventually, open, ROWS, startBigDatabase } from './big-stock.ts';
import { listenBackend, type TestBackend } from './test-backend.ts';
import type { TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

describe('what is given up', () => {
  let database: TestDatabase;
  let reader: TickReader;
  let api: TestBackend;

  before(async () => {
    database = await startBigDatabase();
    reader = openReader(database.url, [], {
      export: { timeoutMs: 60_000, stallMs: 3000, smallRows: 500 },
      statementTimeoutMs: 1000,
    });
    api = await listenBackend(reader);
  });

  after(async () => {
    for (const one of [api, reader, database]) await one[Symbol.asyncDispose]();
  });

  for (const path of ['/api/prices/BIG', '/api/ticks']) {
    it(`a reader of ${path} who stalls is cut`, async () => {
      const { port } = new URL(api.origin);
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => {});
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      await eventually('the export begins', () => reader.load().exports === 1);
      await eventually('the export is cut', () => reader.load().exports === 0);
      let received = '';
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        received += chunk.slice(-40);
      });
      await new Promise<void>((resolve) => socket.on('close', () => resolve()).resume());
      assert.ok(!received.endsWith('0\r\n\r\n'), 'a cut answer does not look complete');
    });
  }

  it('a database that falls silent in the middle of an answer is given up, and asked again later', async () => {
    const answer = await open(api, '/api/prices/BIG');
    let backend: number | undefined;
    await eventually('the export runs', async () => {
      [backend] = await copies(database);
      return backend !== undefined;
    });
    assert.ok(backend !== undefined);
    process.kill(backend, 'SIGSTOP');
    try {
      answer.resume();
      const end = new Promise<string>((resolve) => {
        answer.on('end', () => resolve('complete')).on('error', () => resolve('cut'));
      });
      assert.equal(await end, 'cut');
      await eventually('the slot is given back', () => reader.load().exports === 0);
    } finally {
      process.kill(backend, 'SIGCONT');
    }
    const isWhole = async () => ((await (await api.get('/api/prices/BIG')).json()) as unknown[]).length === ROWS;
    await eventually('a whole answer', () => isWhole().catch(() => false));
  });

  it('a question that takes too long is given up with 503', async () => {
    await database.client.query('BEGIN; LOCK TABLE price_rollups IN ACCESS EXCLUSIVE MODE');
    const answer = await api.get('/api/average/BIG');
    await database.client.query('ROLLBACK');
    assert.equal(answer.status, 503);
    const problem = await answer.text();
    assert.doesNotMatch(problem, /cancel|statement|SQL/i);
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
