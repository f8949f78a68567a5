import type { OnFeedEvent } from './feed-event.ts';
import { runBatch } from './redis-batch.ts';
import { RedisConnection } from './redis-connection.ts';
import type { TickSink } from './tick-feed.ts';

/** ARGV: channel, messages… @returns how many of them no one heard */
const PUBLISH = `
local unheard = 0
for i = 2, #ARGV do
  if redis.call('PUBLISH', ARGV[1], ARGV[i]) == 0 then unheard = unheard + 1 end
end
return unheard`;

/** Publishes on the channel of the exchange; who does not listen misses it. */
export class RedisPubSubSink implements TickSink {
  readonly #connection: RedisConnection;

  constructor(redisUrl: string, onEvent: OnFeedEvent) {
    this.#connection = new RedisConnection(redisUrl, 'tickwatch-sink', onEvent);
    this.#connection.open();
  }

  async publish(exchange: string, messages: readonly string[]): Promise<{ readonly unheard: number }> {
    return { unheard: await runBatch(this.#connection, PUBLISH, [], [exchange], messages) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
  }
}
