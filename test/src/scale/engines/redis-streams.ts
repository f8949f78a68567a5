import { createClient } from '@redis/client';
import { laneName, laneOfStock, streamKey } from '@tickwatch/core';
import { ResourceStack } from '@tickwatch/runtime';
import { type RedisServer, startRedis } from '../../servers/index.ts';
import type { EngineFaults, EngineMessage, EnginePublisher, LogEngine } from '../log-engine.ts';

/** One Redis with its append-only file: what the other engines are compared with. */
export async function openRedisStreams(): Promise<LogEngine> {
  return await ResourceStack.open(async (opened) => {
    const redis = opened.use(await startRedis({ appendOnly: true }));
    return new RedisStreams(redis, opened);
  });
}

class RedisStreams implements LogEngine {
  readonly name = 'redis-streams';
  readonly env: Readonly<Record<string, string>>;
  readonly ownFaults = new Map<string, () => Promise<string>>();
  readonly #redis: RedisServer;
  readonly #opened: ResourceStack;
  #lanes = 1;

  constructor(redis: RedisServer, opened: ResourceStack) {
    this.#redis = redis;
    this.#opened = opened;
    this.env = { REDIS_URL: redis.url, TICK_FEED: 'stream' };
  }

  /** Streams come by themselves. */
  async prepare(_exchanges: readonly string[], lanes: number): Promise<void> {
    this.#lanes = lanes;
  }

  async publisher(): Promise<EnginePublisher> {
    const client = createClient({
      url: this.#redis.url,
      socket: { reconnectStrategy: 50 },
      disableOfflineQueue: true,
    });
    client.on('error', () => {});
    await client.connect();
    const lanes = this.#lanes;
    const add = async ({ exchange, stock, text }: EngineMessage): Promise<boolean> => {
      const key = streamKey(laneName(exchange, laneOfStock(stock, lanes)), lanes);
      await client.sendCommand(['XADD', key, '*', 'm', text]);
      return true;
    };
    return {
      get isReady() {
        return client.isReady;
      },
      publish: (messages) => Promise.all(messages.map((message) => add(message).catch(() => false))),
      [Symbol.asyncDispose]: async () => client.destroy(),
    };
  }

  readonly faults: EngineFaults = {
    killed: async () => {
      await this.#redis.kill();
      await this.#redis.restart();
    },
    restarted: async () => {
      await this.#redis.stop();
      await this.#redis.restart();
    },
    overtaken: (exchange) => this.#trim(exchange),
  };

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened[Symbol.asyncDispose]();
  }

  async #trim(exchange: string): Promise<number> {
    const client = await this.#redis.connect();
    try {
      let forgotten = 0;
      for (let k = 0; k < this.#lanes; k++) {
        const key = streamKey(laneName(exchange, k), this.#lanes);
        const held = await client.xLen(key);
        forgotten += await client.xTrim(key, 'MAXLEN', Math.ceil(held / 2), { strategyModifier: '=' });
      }
      return forgotten;
    } finally {
      client.destroy();
    }
  }
}
