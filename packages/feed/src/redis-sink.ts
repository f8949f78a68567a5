import { laneName, laneOfStock, streamKey } from '@tickwatch/core';
import { InTurn } from './cluster/in-turn.ts';
import type { TickSinkConfig } from './feed-config.ts';
import type { OnFeedEvent } from './feed-event.ts';
import { isRefusal } from './redis-connection.ts';
import { RedisNodes } from './redis-nodes.ts';
import { stockOf } from './stock-of.ts';
import type { TickSink } from './tick-source.ts';

/** ARGV: channel, messages… @returns how many of them no one heard */
const PUBLISH = publishScript('PUBLISH');
/** The same in a sharded channel. No key is named: while its slot is being moved, this node's listeners are still the ones. */
const PUBLISH_SHARDED = publishScript('SPUBLISH');

/** KEYS: stream. ARGV: channel, messages… */
const ADD_AND_PUBLISH = `
for i = 2, #ARGV do
  redis.call('XADD', KEYS[1], '*', 'm', ARGV[i])
  redis.call('PUBLISH', ARGV[1], ARGV[i])
end
return 0`;

/** One script call keeps the server busy for less than a millisecond. */
const MESSAGES_PER_CALL = 500;

type RedisSinkConfig = Extract<TickSinkConfig, { readonly kind: 'pubsub' | 'stream' }>;

/**
 * Publishes on the channel of the exchange, where who does not listen misses it; in a cluster on a sharded channel of each lane,
 * where there are several. Of streams it also adds each message to that of its lane, which keeps it until a subscriber has
 * stored it. A stream is never cut here: a full Redis refuses (`maxmemory-policy noeviction`) rather than forgets.
 */
export class RedisSink implements TickSink {
  readonly #nodes: RedisNodes;
  readonly #config: RedisSinkConfig;
  readonly #inTurn = new InTurn();

  constructor(config: RedisSinkConfig, onEvent: OnFeedEvent) {
    this.#nodes = new RedisNodes(config.redisUrl, 'tickwatch-sink', onEvent);
    this.#nodes.open();
    this.#config = config;
  }

  /**
   * Hands the messages to a script, many in one command: 0.4 µs of this process a message, where a pipeline of single
   * commands takes 2 µs and a promise for each 12 µs.
   */
  async publish(exchange: string, messages: readonly string[]): Promise<{ readonly unheard: number }> {
    const calls = [...this.#byKey(exchange, messages)].flatMap(([key, part]) =>
      Array.from({ length: Math.ceil(part.length / MESSAGES_PER_CALL) }, (_, i) =>
        this.#send(exchange, key, part.slice(i * MESSAGES_PER_CALL, (i + 1) * MESSAGES_PER_CALL)),
      ),
    );
    const counts = await Promise.all(calls);
    return { unheard: counts.reduce<number>((sum, count) => sum + Number(count), 0) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#nodes[Symbol.asyncDispose]();
  }

  #send(exchange: string, key: string, messages: readonly string[]): Promise<unknown> {
    if (this.#config.kind === 'stream') return this.#eval(key, [ADD_AND_PUBLISH, '1', key, exchange, ...messages]);
    if (key === exchange) return this.#eval(key, [PUBLISH, '0', key, ...messages]);
    return this.#eval(key, [PUBLISH_SHARDED, '0', key, ...messages]).catch(async (error: unknown) => {
      if (!isRefusal(error) || !NOT_LOCAL.test(error.message)) throw error;
      // Only a question about a key says who leads it now.
      await this.#nodes.run(key, 'EXISTS', key);
      return await this.#eval(key, [PUBLISH_SHARDED, '0', key, ...messages]);
    });
  }

  #eval(key: string, args: readonly string[]): Promise<unknown> {
    const call = (): Promise<unknown> => this.#nodes.run(key, 'EVAL', ...args);
    return this.#nodes.mode === 'cluster' ? this.#inTurn.run(key, call) : call();
  }

  /** By stream, by sharded channel, or all in the channel of the exchange. */
  #byKey(exchange: string, messages: readonly string[]): ReadonlyMap<string, readonly string[]> {
    const { kind, lanes } = this.#config;
    const count = lanes.get(exchange) ?? 1;
    const isSharded = kind === 'pubsub' && count > 1 && this.#nodes.mode === 'cluster';
    if (kind === 'pubsub' && !isSharded) return new Map([[exchange, messages]]);
    if (count === 1) return new Map([[streamKey(laneName(exchange, 0), 1), messages]]);
    const parts = new Map<string, string[]>();
    for (const message of messages) {
      const key = streamKey(laneName(exchange, laneOfStock(stockOf(message), count)), count);
      const part = parts.get(key);
      if (part === undefined) parts.set(key, [message]);
      else part.push(message);
    }
    return parts;
  }
}

/** What a script of this cluster's node says of a channel in another node's slot. */
const NOT_LOCAL = /non[- ]local key/;

function publishScript(command: 'PUBLISH' | 'SPUBLISH'): string {
  return `
local unheard = 0
for i = 2, #ARGV do
  if redis.call('${command}', ARGV[1], ARGV[i]) == 0 then unheard = unheard + 1 end
end
return unheard`;
}
