import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { RedisClientType } from '@redis/client';
import { createPostgresStore } from '@tickwatch/store';
import type pg from 'pg';
import { type PostgresServer, type RedisServer, startPostgres, startRedis, until } from '../servers/index.ts';

const SCRIPT = fileURLToPath(new URL('../../../services/backend/src/replay.ts', import.meta.url));
const RANGE = ['--from', '2026-03-02T14:30:00Z', '--to', '2026-03-02T14:59:59Z'];
const TICKS = 6000;

interface Ran {
  readonly code: number | null;
  readonly err: string;
}

describe('npm run replay', () => {
  let redis: RedisServer;
  let postgres: PostgresServer;
  let database: pg.Client;
  let client: RedisClientType;
  let listener: RedisClientType;
  let heard: (readonly [channel: string, message: string, at: number])[] = [];

  before(async () => {
    [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
    await using store = createPostgresStore({ connectionString: postgres.url, applicationName: 'replay-test' });
    await store.migrate();
    database = await postgres.connect();
    // A tick every 200 ms, on two exchanges, of which three share each time stamp.
    await database.query(`
      INSERT INTO stock_prices (timestamp, stock_name, exchange_name, price, seq)
      SELECT timestamptz '2026-03-02T14:30:00.021389Z' + (i / 3) * interval '600 ms',
             (ARRAY['AAPL', 'MSFT', 'BTC:USD', E'line\\nbreak'])[1 + i % 4],
             (ARRAY['NASDAQ', 'NYSE'])[1 + (i / 2) % 2],
             ((100 + i % 7) || (ARRAY['.5', '.50', '.505'])[1 + i % 3])::numeric,
             i + 1
        FROM generate_series(0, ${TICKS - 1}) AS i`);
    [client, listener] = await Promise.all([redis.connect(), redis.connect()]);
    await listener.subscribe(['NASDAQ', 'NYSE'], (message, channel) => {
      heard.push([channel, message, performance.now()]);
    });
  });
  after(async () => {
    listener.destroy();
    client.destroy();
    await database.end();
    await postgres[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
  });

  const begin = (args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess =>
    spawn(process.execPath, ['--import', 'tsx', SCRIPT, ...args], {
      env: { ...process.env, DATABASE_URL: postgres.url, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  const end = async (child: ChildProcess): Promise<Ran> => {
    let err = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    const [code] = await once(child, 'close');
    return { code, err };
  };
  const run = async (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> => {
    heard = [];
    return end(begin([...RANGE, '--to-redis', redis.url, ...args], env));
  };

  /** A process's start alone takes seconds where the machine has much to do. */
  const heardAll = (count: number) => until(() => heard.length >= count, { what: `${count} ticks` });

  /** Of the table, in the order of arrival over both exchanges. */
  const rows = async (): Promise<readonly { time: string; stock: string; exchange: string; price: string }[]> => {
    const { rows } = await database.query(`
      SELECT to_char(extract(epoch FROM timestamp), 'FM9999999999.000000') AS time, stock_name AS stock,
             exchange_name AS exchange, price::text AS price
        FROM stock_prices ORDER BY timestamp, exchange_name COLLATE "C", seq`);
    return rows;
  };

  it('publishes all ticks in the order in which they came, with their digits, each on the channel of its exchange', async () => {
    const { code, err } = await run(['--speed', 'unpaced']);
    assert.equal(code, 0, err);
    assert.match(err, /6,000 ticks published/);
    const expected = (await rows()).map(({ time, stock, exchange, price }) => {
      const stamp = new Date(Number(time) * 1000).toISOString().slice(0, 19);
      const json = `{"stock_name":"line\\nbreak","price":${price},"timestamp":"${stamp}.${time.slice(-6)}Z"}`;
      return [exchange, stock.includes('\n') ? json : `${stock}:(${price}, ${time})`];
    });
    await heardAll(TICKS);
    assert.deepEqual(
      heard.map(([channel, message]) => [channel, message]),
      expected,
    );
  });

  it('adds to the streams of the lanes that the settings say', async () => {
    const { code, err } = await run(['--speed', 'unpaced', '--streams', '--form', 'json', '--stocks', 'AAPL,BTC:USD'], {
      LANES: 'NASDAQ:4',
    });
    assert.equal(code, 0, err);
    const keys = (await client.keys('ticks:*')).toSorted();
    assert.deepEqual(
      keys.filter((key) => key === 'ticks:NYSE' || /^ticks:\{NASDAQ\/[0-3]\}$/.test(key)),
      keys,
    );
    const lengths = await Promise.all(keys.map((key) => client.xLen(key)));
    assert.equal(
      lengths.reduce((sum, length) => sum + length),
      TICKS / 2,
    );
    const entries = (await client.xRange('ticks:NYSE', '-', '+', { COUNT: 1 })) ?? [];
    const message = JSON.parse(String(entries[0]?.message.m)) as Record<string, unknown>;
    assert.deepEqual(Object.keys(message), ['stock_name', 'price', 'timestamp']);
    assert.equal(heard.length, 0, 'nothing on channels');
  });

  it('keeps them as far apart as they were, and gives them the times at which they go out', async () => {
    const { code, err } = await run(['--speed', '1000', '--shift-to-now']);
    assert.equal(code, 0, err);
    await heardAll(TICKS);
    const ats = heard.map(([, , at]) => at);
    const took = (ats.at(-1) as number) - (ats[0] as number);
    // However slow the machine is: it is never faster than that, but for what waited together for its first turn here.
    assert.ok(took > 600, `20 minutes at ×1000 took ${took} ms`);
    const stamps = heard
      .map(([, message]) => /, (\d+\.\d{6})\)$/.exec(message)?.[1])
      .filter((text) => text !== undefined)
      .map(Number);
    assert.ok(Math.abs((stamps.at(-1) as number) - (stamps[0] as number) - 1.2) < 0.01);
    assert.ok(Math.abs((stamps.at(-1) as number) - Date.now() / 1000) < 300);
  });

  it('says how far it came when it is stopped, and goes on there: none is missing, none comes twice', async () => {
    heard = [];
    const child = begin([...RANGE, '--to-redis', redis.url, '--speed', '100']);
    const first = end(child);
    await heardAll(300);
    child.kill('SIGINT');
    const { code, err } = await first;
    assert.equal(code, 130, err);
    const place = /--after '([^']+)'/.exec(err)?.[1];
    assert.ok(place !== undefined, err);
    const arrived = Number(/([\d,]+) ticks have arrived/.exec(err)?.[1]?.replaceAll(',', ''));
    await heardAll(arrived);
    const before = heard.map(([, message]) => message);
    assert.equal(before.length, arrived, err);
    const { code: second, err: rest } = await run(['--speed', 'unpaced', '--after', place]);
    assert.equal(second, 0, rest);
    await heardAll(TICKS - arrived);
    const all = [...before, ...heard.map(([, message]) => message)];
    await run(['--speed', 'unpaced']);
    await heardAll(TICKS);
    assert.deepEqual(
      all,
      heard.map(([, message]) => message),
    );
  });

  it('says what is known to have arrived when Redis goes away, and how to go on', async () => {
    await using own = await startRedis();
    const watcher = await own.connect();
    watcher.on('error', () => {});
    let count = 0;
    await watcher.subscribe(['NASDAQ', 'NYSE'], () => {
      count++;
    });
    const child = begin([...RANGE, '--to-redis', own.url, '--speed', '100']);
    const ended = end(child);
    await until(() => count > 100, { what: 'the first ticks' });
    watcher.destroy();
    await own.kill();
    const { code, err } = await ended;
    assert.equal(code, 1, err);
    assert.match(err, /redis at 127\.0\.0\.1:\d+/);
    assert.match(err, /ticks have arrived, up to .* of 2026-03-02T14:3/s);
    assert.match(err, /--after '/);
  });

  it('says at once what is wrong, and quotes it', async () => {
    const wrong: readonly (readonly [args: readonly string[], code: number, words: RegExp])[] = [
      [['--speed', 'fast'], 2, /--speed "fast" is no speed/],
      [['--speed', 'unpaced', '--shift-to-now'], 2, /--shift-to-now needs a --speed/],
      [['--form', 'jsn'], 2, /--form "jsn".*json is meant/],
      [['--to-redis', 'http://secret@host'], 2, /--to-redis: the Redis URL is not of the form/],
      [['--to-redis', 'redis://127.0.0.1:1'], 1, /redis at 127\.0\.0\.1:1: .*ECONNREFUSED/],
      [['--exchange', 'LSE'], 1, /there are no ticks from 2026-03-02T14:30:00/],
      [['--to-redis', 'redis://me:secret@127.0.0.1:1'], 1, /redis at 127\.0\.0\.1:1: .*ECONNREFUSED/],
      [['--to-redis', 'redis://me:secret@127.0.0.1:port'], 2, /--to-redis: the Redis URL is not readable/],
      [['--after', 'nowhere'], 2, /--after "nowhere" is no place/],
      [['--after', 'nowhere+3'], 2, /--after is no place that an earlier run said: .*"nowhere"/],
    ];
    for (const [args, code, words] of wrong) {
      const ran = await run(args);
      assert.equal(ran.code, code, `${args.join(' ')}: ${ran.err}`);
      assert.match(ran.err, words);
      assert.ok(!ran.err.includes('secret'));
    }
  });
});
