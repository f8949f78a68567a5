import { setTimeout as delay } from 'node:timers/promises';
import { createCluster } from '@redis/client';
import { laneName, laneOfStock, streamKey } from '@tickwatch/core';
import { type RedisCluster, type RedisServer, startRedisCluster } from '../../servers/index.ts';
import type { EngineFaults, EngineMessage, EnginePublisher, LogEngine } from '../log-engine.ts';

/** KEYS: stream. ARGV: messages. One command a lane: redirected ones can't overtake each other within it. */
const ADD = `for i = 1, #ARGV do redis.call('XADD', KEYS[1], '*', 'm', ARGV[i]) end return #ARGV`;

/** How long a slot that moves is at both nodes. */
const BOTH_MS = 300;
/** How long nobody has a shard. */
const AWAY_MS = 1000;

/** Six real `redis-server` processes: three lead, three copy. */
export async function openRedisCluster(): Promise<LogEngine> {
  return new RedisClusterEngine(await startRedisCluster());
}

class RedisClusterEngine implements LogEngine {
  readonly name = 'redis-cluster';
  readonly env: Readonly<Record<string, string>>;
  readonly #cluster: RedisCluster;
  #exchanges: readonly string[] = [];
  #lanes = 1;
  #kills = 0;

  constructor(cluster: RedisCluster) {
    this.#cluster = cluster;
    this.env = { REDIS_URL: cluster.url, TICK_FEED: 'stream' };
  }

  /** Streams come by themselves. */
  async prepare(exchanges: readonly string[], lanes: number): Promise<void> {
    this.#exchanges = exchanges;
    this.#lanes = lanes;
  }

  async publisher(): Promise<EnginePublisher> {
    const client = createCluster({
      rootNodes: this.#cluster.nodes.map(({ url }) => ({ url })),
      defaults: { password: this.#cluster.password, disableOfflineQueue: true, socket: { reconnectStrategy: 50 } },
      topologyRefreshOnReconnectionAttemptStrategy: 300,
    });
    client.on('error', () => {});
    await client.connect();
    const last = new Map<string, Promise<unknown>>();
    const add = (key: string, texts: readonly string[]): Promise<boolean> => {
      const send = async (): Promise<boolean> => {
        const answer = client.sendCommand(key, false, ['EVAL', ADD, '1', key, ...texts]);
        return await answer.then(() => true).catch(() => false);
      };
      const sending = (last.get(key) ?? Promise.resolve()).then(send);
      last.set(key, sending);
      return sending;
    };
    return {
      get isReady() {
        return client.masters.length > 0 && client.masters.every((node) => node.client?.isReady === true);
      },
      publish: async (messages) => {
        const byKey = new Map<string, EngineMessage[]>();
        for (const message of messages)
          byKey.set(this.#keyOf(message), [...(byKey.get(this.#keyOf(message)) ?? []), message]);
        const answers = new Map<string, Promise<boolean>>();
        for (const [key, part] of byKey)
          answers.set(
            key,
            add(
              key,
              part.map(({ text }) => text),
            ),
          );
        return await Promise.all(messages.map(async (message) => (await answers.get(this.#keyOf(message))) === true));
      },
      [Symbol.asyncDispose]: async () => client.destroy(),
    };
  }

  readonly faults: EngineFaults = {
    /** In turn: back before anybody took over, and after that. */
    killed: async () => {
      const key = this.#key(this.#kills % this.#lanes);
      if (this.#kills++ % 2 === 1) return await this.#loseLeader(key);
      const leader = await this.#cluster.leaderOf(key);
      await leader.kill();
      await this.#bringBack(leader);
    },
    restarted: async () => {
      for (const node of this.#cluster.nodes) {
        await node.stop();
        await this.#bringBack(node);
      }
    },
    leaderLost: () => this.#loseLeader(this.#key(0)),
    overtaken: async (exchange) => {
      let forgotten = 0;
      for (let lane = 0; lane < this.#lanes; lane++) {
        const key = this.#key(lane, exchange);
        const held = Number(await this.#cluster.runAt(key, 'XLEN', key));
        const kept = String(Math.ceil(held / 2));
        forgotten += Number(await this.#cluster.runAt(key, 'XTRIM', key, 'MAXLEN', '=', kept));
      }
      return forgotten;
    },
  };

  readonly ownFaults: ReadonlyMap<string, () => Promise<string>> = new Map([
    ['slots-moved', () => this.#moveSlots()],
    ['shard-away', () => this.#shardAway()],
  ]);

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster[Symbol.asyncDispose]();
  }

  async #bringBack(...nodes: readonly RedisServer[]): Promise<void> {
    for (const node of nodes) await node.restart();
    await this.#cluster.settled();
  }

  async #loseLeader(key: string): Promise<void> {
    await this.#bringBack(await this.#cluster.loseLeader(key));
  }

  /** Each lane's slot goes to another node, and for a moment is at both. */
  async #moveSlots(): Promise<string> {
    const moves: string[] = [];
    for (let lane = 0; lane < this.#lanes; lane++) {
      const key = this.#key(lane);
      const from = await this.#cluster.leaderOf(key);
      const to = await this.#otherThan(from);
      await this.#cluster.moveSlot(key, to, { after: () => delay(BOTH_MS) });
      moves.push(`${key} from ${from.port} to ${to.port}`);
    }
    return `each was at both for ${BOTH_MS} ms: ${moves.join(', ')}`;
  }

  /** A leader and its replica, together: nobody can take over. */
  async #shardAway(): Promise<string> {
    const leader = await this.#cluster.leaderOf(this.#key(0));
    const replica = await this.#cluster.replicaOf(leader);
    await Promise.all([replica.kill(), leader.kill()]);
    await delay(AWAY_MS);
    // The leader first: it has all.
    await this.#bringBack(leader, replica);
    return `the leader at ${leader.port} and its replica were away for ${AWAY_MS} ms`;
  }

  async #otherThan(node: RedisServer): Promise<RedisServer> {
    for (const other of this.#cluster.nodes) {
      if (other === node) continue;
      const role = (await this.#cluster.run(other, 'ROLE')) as readonly unknown[];
      if (role[0] === 'master') return other;
    }
    throw new Error('no other node leads');
  }

  #keyOf({ exchange, stock }: EngineMessage): string {
    return this.#key(laneOfStock(stock, this.#lanes), exchange);
  }

  #key(lane: number, exchange = this.#exchanges[0] ?? ''): string {
    return streamKey(laneName(exchange, lane), this.#lanes);
  }
}
