import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type GeneratorConfig, startGenerator } from '@tickwatch/generator';
import { silentLogger } from '@tickwatch/runtime';
import { startRedis, until } from '../../servers/index.ts';
import { oneLane } from './feed-helpers.ts';

const config: Omit<GeneratorConfig, 'server'> = {
  exchanges: ['NASDAQ', 'NYSE'],
  lanes: oneLane,
  intervalMs: 10,
  ticksPerSecond: undefined,
  stocksFile: undefined,
  stockCount: undefined,
  seed: 1,
  moves: 'cents',
  calendarOf: undefined,
  isNumbered: false,
  health: { host: '127.0.0.1', port: 0 },
};

describe('a generator and its Redis', { timeout: 120_000 }, () => {
  it('starts without Redis, says that it is not ready, and publishes when Redis is there and after it was away', async () => {
    await using redis = await startRedis();
    await redis.kill();
    await using generator = await startGenerator(
      { ...config, server: { kind: 'pubsub', redisUrl: redis.url } },
      { log: silentLogger },
    );
    await until(() => generator.totals.failed > 10);
    const ready = (): Promise<number> =>
      fetch(`http://127.0.0.1:${generator.port}/readyz`).then((response) => response.status);
    await until(async () => (await ready()) === 503);
    for (let round = 0; round < 2; round++) {
      await redis.restart();
      const heard: string[] = [];
      const client = await redis.connect();
      await client.subscribe('NASDAQ', (message) => heard.push(message));
      await until(() => heard.length > 5);
      await until(async () => (await ready()) === 200);
      const { unheard } = generator.totals;
      client.destroy();
      await until(() => generator.totals.unheard > unheard + 5);
      await redis.kill();
    }
    assert.ok(generator.totals.published > 0);
  });

  it('fills streams and channels together', async () => {
    await using redis = await startRedis();
    await using generator = await startGenerator(
      { ...config, server: { kind: 'stream', redisUrl: redis.url } },
      { log: silentLogger },
    );
    const client = await redis.connect();
    await until(async () => Number(await client.sendCommand(['XLEN', 'ticks:NYSE'])) > 20);
    assert.equal(generator.totals.unheard, 0);
    client.destroy();
  });
});
