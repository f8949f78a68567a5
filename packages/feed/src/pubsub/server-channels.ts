import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs, exchangeOf, type LaneName, nowMicros } from '@tickwatch/core';
import { describeError } from '../describe-error.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import type { RedisConnection } from '../redis-connection.ts';
import type { Hear, SourceState } from '../tick-source.ts';
import { Listening } from './listening.ts';

/** A server that is silent is not waited for longer. */
const UNSUBSCRIBE_MS = 500;

/** The channels of one Redis, on one connection. Each is subscribed alone, so that one which is refused stops no other. */
export class ServerChannels implements AsyncDisposable {
  readonly #connection: RedisConnection;
  readonly #exchanges: readonly string[];
  readonly #hear: Hear;
  readonly #onEvent: OnFeedEvent;
  /** Of exchanges whose subscription was answered. */
  readonly #states = new Map<string, SourceState>();
  /** Ends with the connection: what was asked on it is of no use any more. */
  #round = new AbortController();

  constructor(connection: RedisConnection, exchanges: readonly string[], hear: Hear, onEvent: OnFeedEvent) {
    this.#connection = connection;
    this.#exchanges = exchanges;
    this.#hear = hear;
    this.#onEvent = onEvent;
    connection.client.on('error', () => {
      this.#round.abort();
      // Else the client would subscribe to all of them at once when it is back, and never be ready where one is refused.
      connection.client.getPubSubListeners('CHANNELS').clear();
      for (const [exchange, { state }] of this.#states) if (state === 'connected') this.#states.delete(exchange);
    });
  }

  /** The server is there (again). */
  listen(): void {
    this.#round.abort();
    this.#round = new AbortController();
    for (const exchange of this.#exchanges) this.#subscribe(exchange, this.#round.signal, 0);
  }

  status(lane: LaneName): SourceState {
    const { state } = this.#connection;
    if (state.state === 'disconnected') return state;
    return this.#states.get(exchangeOf(lane)) ?? { ...state, state: 'disconnected', error: 'not subscribed yet' };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#round.abort();
    const { client } = this.#connection;
    // All that Redis counted as heard comes before its answer.
    const unsubscribed = client.isReady ? client.unsubscribe().catch(() => {}) : undefined;
    await Promise.race([unsubscribed, delay(UNSUBSCRIBE_MS, undefined, { ref: false })]);
  }

  #subscribe(exchange: string, round: AbortSignal, attempt: number): void {
    const before = this.#states.get(exchange);
    const listening = new Listening((messages, since) => this.#hear(exchange, messages, since));
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
        const again = (): void => this.#subscribe(exchange, round, attempt + 1);
        delay(backoffMs(attempt), undefined, { signal: round }).then(again, () => {});
      },
    );
  }
}
