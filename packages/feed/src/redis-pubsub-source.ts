import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs, type EpochMicros, nowMicros } from '@tickwatch/core';
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
    const listening = new Listening(exchange, hear);
    this.#connection.client.subscribe(exchange, listening.take, true).then(
      () => {
        if (round.aborted) return;
        this.#states.set(exchange, { state: 'connected', since: listening.begin() });
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

/** One subscription. Messages that come in one read of the socket travel together. */
class Listening {
  readonly #exchange: string;
  readonly #hear: Hear;
  #messages: FeedMessage[] = [];
  #receivedAt = nowMicros();
  #since: EpochMicros | undefined;
  #isTold = false;

  constructor(exchange: string, hear: Hear) {
    this.#exchange = exchange;
    this.#hear = hear;
  }

  /** The server has answered. @returns since when all is heard */
  begin(): EpochMicros {
    this.#since ??= nowMicros();
    return this.#since;
  }

  readonly take = (payload: Buffer): void => {
    if (this.#messages.length === 0) {
      this.#receivedAt = nowMicros();
      process.nextTick(this.#deliver);
    }
    this.#messages.push({ payload, receivedAt: this.#receivedAt });
  };

  readonly #deliver = (): void => {
    const messages = this.#messages;
    this.#messages = [];
    this.#hear(this.#exchange, messages, this.#isTold ? undefined : this.begin());
    this.#isTold = true;
  };
}
