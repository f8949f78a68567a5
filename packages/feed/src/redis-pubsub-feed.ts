import { backoffMs, nowMicros } from '@tickwatch/core';
import type { PubSubFeedConfig } from './feed-config.ts';
import type { OnFeedEvent } from './feed-event.ts';
import { HeardFeed, type MessageSource } from './heard-feed.ts';
import { openMessageLog } from './open-message-log.ts';
import { RedisConnection } from './redis-connection.ts';
import type { FeedConnection, FeedMessage } from './tick-feed.ts';

/** Hears the channels of Redis Pub/Sub, which forgets, and keeps what it heard in a spool. */
export class RedisPubSubFeed extends HeardFeed {
  static async open(config: PubSubFeedConfig, onEvent: OnFeedEvent): Promise<RedisPubSubFeed> {
    const source = new SubscriptionSource(config.redisUrl, config.exchanges, onEvent);
    const log = await openMessageLog(config.exchanges, config.spool, onEvent);
    return new RedisPubSubFeed('pubsub', source, log, config.spool, onEvent);
  }
}

type OnMessages = (exchange: string, messages: readonly FeedMessage[]) => void;

class SubscriptionSource implements MessageSource {
  readonly #connection: RedisConnection;
  readonly #exchanges: readonly string[];
  #isSubscribed = false;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(redisUrl: string, exchanges: readonly string[], onEvent: OnFeedEvent) {
    this.#connection = new RedisConnection(redisUrl, 'tickwatch-feed', onEvent);
    this.#exchanges = exchanges;
  }

  get connection(): FeedConnection {
    const { state } = this.#connection;
    if (this.#isSubscribed || state.state === 'disconnected') return state;
    return { state: 'disconnected', since: state.since, error: 'not subscribed yet' };
  }

  start(onMessages: OnMessages): void {
    // The same functions at every try: the client then knows which it has already.
    const listeners = this.#exchanges.map((exchange) => [exchange, gather(exchange, onMessages)] as const);
    this.#connection.client.once('ready', () => this.#subscribe(listeners, 0));
    this.#connection.open();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    await this.#connection[Symbol.asyncDispose]();
  }

  /** Once it is accepted, the client subscribes again by itself after every reconnection. */
  #subscribe(listeners: readonly (readonly [string, (payload: Buffer) => void])[], attempt: number): void {
    const { client } = this.#connection;
    Promise.all(listeners.map(([exchange, listener]) => client.subscribe(exchange, listener, true))).then(
      () => {
        this.#isSubscribed = true;
      },
      (error: unknown) => {
        if (this.#isClosed) return;
        this.#connection.commandFailed(error);
        this.#retry = setTimeout(() => this.#subscribe(listeners, attempt + 1), backoffMs(attempt));
      },
    );
  }
}

/** Messages that come in one read of the socket travel together. */
function gather(exchange: string, onMessages: OnMessages): (payload: Buffer) => void {
  let messages: FeedMessage[] = [];
  let receivedAt = nowMicros();
  const deliver = (): void => {
    const gathered = messages;
    messages = [];
    onMessages(exchange, gathered);
  };
  return (payload) => {
    if (messages.length === 0) {
      receivedAt = nowMicros();
      process.nextTick(deliver);
    }
    messages.push({ payload, receivedAt });
  };
}
