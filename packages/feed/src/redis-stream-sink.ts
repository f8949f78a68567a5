import { streamKey } from '@tickwatch/core';
import type { OnFeedEvent } from './feed-event.ts';
import { runBatch } from './redis-batch.ts';
import { RedisConnection } from './redis-connection.ts';
import type { TickSink } from './tick-feed.ts';

/** KEYS: stream. ARGV: channel, messages… */
const ADD_AND_PUBLISH = `
for i = 2, #ARGV do
  redis.call('XADD', KEYS[1], '*', 'm', ARGV[i])
  redis.call('PUBLISH', ARGV[1], ARGV[i])
end
return 0`;

/**
 * Adds each message to the stream of the exchange, which keeps it until a subscriber has stored it, and publishes it
 * on the channel too, for whoever listens there; both in one round trip. The stream is never cut here: a full Redis
 * refuses (`maxmemory-policy noeviction`) rather than forgets.
 */
export class RedisStreamSink implements TickSink {
  readonly #connection: RedisConnection;

  constructor(redisUrl: string, onEvent: OnFeedEvent) {
    this.#connection = new RedisConnection(redisUrl, 'tickwatch-sink', onEvent);
    this.#connection.open();
  }

  async publish(exchange: string, messages: readonly string[]): Promise<{ readonly unheard: number }> {
    return { unheard: await runBatch(this.#connection, ADD_AND_PUBLISH, [streamKey(exchange)], [exchange], messages) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
  }
}
