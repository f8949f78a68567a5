import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type pg from 'pg';
import { type PostgresServer, type RedisServer, startPostgres, startRedis, until } from '../servers/index.ts';
import { type StandaloneProcess, startStandaloneProcess } from './standalone-process.ts';

const TICKS: readonly [string, string, string, string, string | undefined][] = [
  ['NASDAQ', 'AAPL:(220.40, 1757494917.021389)', 'AAPL', '220.40', '2025-09-10T09:01:57.021389Z'],
  ['NYSE', 'TSLA:723.02', 'TSLA', '723.02', undefined],
  [
    'NASDAQ',
    '{"stock_name":"MSFT","price":0.00000001,"timestamp":"2026-11-22T10:00:00.123456Z"}',
    'MSFT',
    '0.00000001',
    '2026-11-22T10:00:00.123456Z',
  ],
  [
    'NYSE',
    'BTC:USD:(123456789012345.678901, 1757494917)',
    'BTC:USD',
    '123456789012345.678901',
    '2025-09-10T09:01:57.000000Z',
  ],
];

const GARBAGE: readonly [string | Buffer, string][] = [
  [Buffer.from([0xff, 0xfe, 0x41]), 'not_text'],
  ['', 'empty'],
  [`AAPL:${'1'.repeat(2000)}`, 'too_long'],
  ['nonsense', 'bad_form'],
  [':5', 'bad_symbol'],
  ['AAPL:nan', 'bad_price'],
  ['AAPL:0x1f', 'bad_price'],
  ['AAPL:(1, 99999999999)', 'bad_time'],
  [Buffer.from('A\u0000B:1'), 'bad_symbol'],
];

describe('with a real Redis and PostgreSQL', () => {
  let folder = '';
  let redis: RedisServer;
  let postgres: PostgresServer;
  let database: pg.Client;
  let system: StandaloneProcess;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-messages-'));
    [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
    database = await postgres.connect();
    system = await startStandaloneProcess({
      REDIS_URL: redis.url,
      DATABASE_URL: postgres.url,
      DATA_DIR: folder,
      FLUSH_INTERVAL_MS: '500',
      GENERATOR: 'off',
    });
    await until(() => publish('NYSE', 'WARM:1') === 1, { everyMs: 200 });
  });
  after(async () => {
    await system.stop();
    await database.end();
    await postgres[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  /** As a person would; `-x` takes the message from standard input, byte for byte. @returns how many heard it */
  function publish(channel: string, message: string | Buffer): number {
    const args = ['-p', String(redis.port), '-x', 'PUBLISH', channel];
    return Number(execFileSync('redis-cli', args, { input: message, encoding: 'utf8' }).trim());
  }

  it('three forms of a message come out by REST and in the table with the digits they went in with', async () => {
    for (const [channel, message] of TICKS) assert.equal(publish(channel, message), 1);
    for (const [exchange, , stock, price, time] of TICKS) {
      const body = await until(async () => {
        const text = await (await fetch(`${system.address}/api/prices/${encodeURIComponent(stock)}`)).text();
        return text.includes(price) ? text : undefined;
      });
      assert.ok(body.includes(`"price":${price},"exchange_name":"${exchange}"`), body);
      if (time !== undefined) assert.ok(body.includes(`"timestamp":"${time}"`), body);
      await until(async () => {
        const { rows } = await database.query('SELECT price::text FROM stock_prices WHERE stock_name = $1', [stock]);
        assert.deepEqual(rows, rows.length === 0 ? [] : [{ price }]);
        return rows.length === 1;
      });
    }
  });

  it('garbage is kept in rejected_messages with its reason and its bytes, and nothing else notices', async () => {
    for (const [message] of GARBAGE) assert.equal(publish('NASDAQ', message), 1);
    const { rows } = await until(async () => {
      const result = await database.query<{ reason: string; raw: Buffer; bytes: number }>(
        'SELECT reason, raw, bytes FROM rejected_messages ORDER BY id',
      );
      return result.rows.length === GARBAGE.length ? result : undefined;
    });
    assert.deepEqual(
      rows.map(({ reason, raw }) => [reason, raw.toString('hex')]),
      GARBAGE.map(([message, reason]) => [reason, Buffer.from(message).toString('hex')]),
    );
    assert.equal((await fetch(`${system.address}/readyz`)).status, 200);
  });

  it('rows that somebody inserts with SQL count in the average at once', async () => {
    await database.query(
      `INSERT INTO stock_prices SELECT '2026-03-01T00:00:00Z'::timestamptz + n * interval '1 minute', 'SQL', 'NYSE', n
         FROM generate_series(1, 3000) AS n`,
    );
    const url = `${system.address}/api/average/SQL?start_time=2026-03-01&end_time=2026-03-10`;
    const answer = (await (await fetch(url)).json()) as { average_price: number; count: number };
    assert.deepEqual([answer.average_price, answer.count], [1500.5, 3000]);
  });
});
