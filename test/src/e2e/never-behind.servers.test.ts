import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { encodeMessage, nowMicros } from '@tickwatch/core';
import { ResourceStack } from '@tickwatch/runtime';
import { ChildServer, freePort, startPostgres, startRedis, until } from '../servers/index.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const READS = 1000;
const EVERY_MS = 3;
const LATE_MS = 100;

/** Numbered prices of one stock: the n-th tick costs n. Remembers when Redis had each. */
class Publisher {
  /** When Redis had answered for the n-th, at index n - 1. */
  readonly publishedAt: number[] = [];
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  start(publish: (channel: string, message: string) => Promise<unknown>): void {
    this.#running = (async () => {
      while (!this.#stop.signal.aborted) {
        await publish('NYSE', encodeMessage('SEEN', String(this.publishedAt.length + 1) as never, nowMicros()));
        this.publishedAt.push(performance.now());
        await sleep(EVERY_MS);
      }
    })();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}

describe('history is never behind live, with every service a process of its own', () => {
  const opened = new ResourceStack();
  const publisher = new Publisher();
  const address = { subscriber: '', backend: '' };

  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tickwatch-behind-'));
    opened.defer(() => rm(folder, { recursive: true, force: true }));
    const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
    opened.use(redis);
    opened.use(postgres);
    const start = async (service: 'subscriber' | 'backend', env: Readonly<Record<string, string>>) => {
      const port = String(await freePort());
      address[service] = `http://127.0.0.1:${port}`;
      const args = ['--import', 'tsx', `services/${service}/src/main.ts`];
      const own = { DATABASE_URL: postgres.url, DATA_DIR: folder, HOST: '127.0.0.1', PORT: port };
      const child = new ChildServer({ command: process.execPath, args, cwd: ROOT, env: { ...own, ...env } });
      child.launch();
      opened.defer(() => child.end('SIGTERM'));
      const isReady = async () => (await fetch(`${address[service]}/readyz`)).ok;
      await until(() => isReady().catch(() => false), { what: `${service} being ready` });
    };
    await start('subscriber', { REDIS_URL: redis.url, FLUSH_INTERVAL_MS: '1000' });
    // What is asked is whether an answer is behind, not how fast the tail is: on a busy machine 250 ms may pass.
    const patient = { SUBSCRIBER_TIMEOUT_MS: '10000', RATE_LIMIT_PER_MINUTE: '0' };
    await start('backend', { SUBSCRIBER_URL: address.subscriber, ...patient });
    const client = await redis.connect();
    opened.defer(async () => client.destroy());
    publisher.start((channel, message) => client.publish(channel, message));
    opened.defer(() => publisher.stop());
    await until(() => publisher.publishedAt.length > 10, { what: 'the first ticks' });
  });

  after(() => opened[Symbol.asyncDispose]());

  const get = async (path: string) => {
    const response = await fetch(address.backend + path);
    assert.equal(response.status, 200, path);
    assert.equal(response.headers.get('x-tail'), null, 'the tail was there');
    return response.json();
  };

  /** Each answers how many of the first ticks it showed, and fails on a hole or a repeat. */
  const questions: readonly (() => Promise<number>)[] = [
    async () => {
      const prices = (await get('/api/prices/SEEN')) as { readonly price: number }[];
      const wrong = prices.findIndex(({ price }, i) => price !== i + 1);
      assert.equal(wrong, -1, `a hole or a repeat at ${wrong + 1}`);
      return prices.length;
    },
    async () => {
      const { count, average_price, last } = (await get('/api/average/SEEN')) as Record<string, number>;
      assert.deepEqual([average_price, last], [((count ?? 0) + 1) / 2, count]);
      return count ?? 0;
    },
    async () => {
      const candles = (await get('/api/candles/SEEN?interval=1d')) as {
        readonly count: number;
        readonly high: number;
      }[];
      const count = candles.reduce((sum, candle) => sum + candle.count, 0);
      assert.equal(candles.at(-1)?.high, count);
      return count;
    },
    async () => {
      const answer = await fetch(`${address.subscriber}/tail?stock_name=SEEN`);
      const { ticks } = (await answer.json()) as { readonly ticks: { readonly price: string }[] };
      const first = Number(ticks[0]?.price ?? 1);
      assert.deepEqual(
        ticks.map(({ price }) => Number(price)),
        Array.from(ticks, (_, i) => first + i),
      );
      return first + ticks.length - 1;
    },
  ];

  it(`shows in ${READS} reads, while rows are committed every second, all that was published ${LATE_MS} ms before`, {
    timeout: 240_000,
  }, async (context) => {
    const late: number[] = [];
    for (let read = 0; read < READS; read++) {
      const asked = performance.now();
      const shown = (await questions[read % questions.length]?.()) ?? 0;
      assert.ok(shown <= publisher.publishedAt.length + 1, `${shown} shown, ${publisher.publishedAt.length} published`);
      const missing = publisher.publishedAt[shown];
      // What was missing had been there for so long when the question was asked.
      if (missing !== undefined && missing < asked) late.push(asked - missing);
    }
    const worst = Math.max(0, ...late);
    context.diagnostic(
      `${publisher.publishedAt.length} ticks published; ${late.length} of ${READS} answers lacked one, ${worst.toFixed(1)} ms old at most`,
    );
    assert.ok(worst <= LATE_MS, `a tick of ${worst.toFixed(0)} ms before was not shown`);
  });
});
