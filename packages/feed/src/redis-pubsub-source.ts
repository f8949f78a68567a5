import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs, nowMicros } from '@tickwatch/core';
import { describeError } from './describe-error.ts';
import type { FeedMessage } from './durable-log.ts';
import type { OnFeedEvent } from './feed-event.ts';
import { RedisConnection } from './redis-connection.ts';
import type { Hear, PushSource, SourceState } from './tick-source.ts';

/** A server that is silent is not waited for longer. */
const UNSUBSCRIBE_MS = 500;

/** Hears the channels of Redis Pub/Sub. Each is subscribed alone, so that one which is refused stops no other. */
export class RedisPubSubSource implements PushSource {
  readonly kind = 'pubsub';
  readonly #connection: RedisConnection;
  readonly #exchanges: readonly string[];
  readonly #onEvent: OnFeedEvent;
  /** Of exchanges whose subscription was answered. */
  readonly #states = new Map<string, SourceState>();
  /** Ends with the connection: what was asked on it is of no use any more. */
  #round = new AbortController();

  constructor(redisUrl: string, exchanges: Iterable<string>, onEvent: OnFeedEvent) {
    this.#connection = new RedisConnection(redisUrl, 'tickwatch-feed', onEvent);
    this.#exchanges = [...exchanges];
    this.#onEvent = onEvent;
  }

  start(hear: Hear): void {
    const { client } = this.#connection;
    client.on('ready', () => {
      this.#round = new AbortController();
      for (const exchange of this.#exchanges) this.#subscribe(exchange, hear, this.#round.signal, 0);
    });
    client.on('error', () => {
      this.#round.abort();
      // Else the client would subscribe to all of them at once when it is back, and never be ready where one is refused.
      client.getPubSubListeners('CHANNELS').clear();
      for (const [exchange, { state }] of this.#states) if (state === 'connected') this.#states.delete(exchange);
    });
    this.#connection.open();
  }

  status(exchange: string): SourceState {
    const { state } = this.#connection;
    if (state.state === 'disconnected') return state;
    return this.#states.get(exchange) ?? { ...state, state: 'disconnected', error: 'not subscribed yet' };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#round.abort();
    const { client } = this.#connection;
    // All that Redis counted as heard comes before its answer.
    const unsubscribed = client.isReady ? client.unsubscribe().catch(() => {}) : undefined;
    await Promise.race([unsubscribed, delay(UNSUBSCRIBE_MS, undefined, { ref: false })]);
    await this.#connection[Symbol.asyncDispose]();
  }

  #subscribe(exchange: string, hear: Hear, round: AbortSignal, attempt: number): void {
    const before = this.#states.get(exchange);
    this.#connection.client.subscribe(exchange, gather(exchange, hear), true).then(
      () => {
        if (round.aborted) return;
        this.#states.set(exchange, { state: 'connected', since: nowMicros() });
        if (before?.state === 'failed') this.#onEvent({ type: 'feed_lane_recovered', lane: exchange });
      },
      (cause: unknown) => {
        if (round.aborted) return;
        const error = describeError(cause);
        this.#states.set(exchange, { state: 'failed', since: before?.since ?? nowMicros(), error });
        if (before?.state !== 'failed') this.#onEvent({ type: 'feed_lane_failed', lane: exchange, error });
        const again = (): void => this.#subscribe(exchange, hear, round, attempt + 1);
        delay(backoffMs(attempt), undefined, { signal: round }).then(again, () => {});
      },
    );
  }
}

/** Messages that come in one read of the socket travel together. */
function gather(exchange: string, hear: Hear): (payload: Buffer) => void {
  let messages: FeedMessage[] = [];
  let receivedAt = nowMicros();
  const deliver = (): void => {
    const gathered = messages;
    messages = [];
    hear(exchange, gathered);
  };
  return (payload) => {
    if (messages.length === 0) {
      receivedAt = nowMicros();
      process.nextTick(deliver);
    }
    messages.push({ payload, receivedAt });
  };
}
