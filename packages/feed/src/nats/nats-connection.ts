import { setTimeout as delay } from 'node:timers/promises';
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { type NatsConnection as Connection, connect, TimeoutError } from '@nats-io/transport-node';
import { backoffMs, nowMicros } from '@tickwatch/core';
import { describeError } from '../describe-error.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import { FeedUnavailableError, type SourceState } from '../tick-source.ts';
import { parseNatsUrl } from './nats-address.ts';

/** A connection that is there, and what JetStream does on it. */
export interface NatsApi {
  readonly connection: Connection;
  readonly manager: JetStreamManager;
  readonly client: JetStreamClient;
  /** Aborts when the connection is gone. */
  readonly gone: AbortSignal;
}

const CONNECT_TIMEOUT_MS = 5_000;
const ACK_TIMEOUT_MS = 5_000;
/** Shorter: who asks is told nothing while a stream has no leader, and asks again. */
const ANSWER_TIMEOUT_MS = 2_000;
/** A server that leaves two of these unanswered counts as gone. */
const PING_MS = 2_000;

/**
 * A connection to NATS that reconnects for ever and says how it is. Each time it is a new one, on which everything begins
 * anew; while there is none all fails at once: nothing waits in a queue that could grow.
 */
export class NatsConnection implements AsyncDisposable {
  readonly label: string;
  readonly #onEvent: OnFeedEvent;
  readonly #ending = new AbortController();
  readonly #running: Promise<void>;
  #api: NatsApi | undefined;
  #gone = new AbortController();
  #state: SourceState = { state: 'disconnected', since: nowMicros(), error: 'not connected yet' };
  #isTold = false;

  /** Begins to connect. @param name what the server shows for it. @throws Error the URL is none; it does not repeat it */
  constructor(natsUrl: string, name: string, onEvent: OnFeedEvent) {
    const { label, ...options } = parseNatsUrl(natsUrl);
    this.label = label;
    this.#onEvent = onEvent;
    this.#running = this.#run({ ...options, name });
  }

  get state(): SourceState {
    return this.#state;
  }

  /** @throws FeedUnavailableError the server is away, or refuses, in words */
  async ask<T>(work: (api: NatsApi) => Promise<T>): Promise<T> {
    try {
      if (this.#api === undefined) throw new Error(this.#state.state === 'disconnected' ? this.#state.error : 'away');
      return await work(this.#api);
    } catch (cause) {
      if (cause instanceof FeedUnavailableError) throw cause;
      const what = cause instanceof TimeoutError ? 'no answer in time: has the stream a leader?' : describeError(cause);
      throw new FeedUnavailableError(`${this.label}: ${what}`, { cause });
    }
  }

  /** The server answered, and refused. */
  refused(error: unknown): void {
    this.#onEvent({ type: 'feed_command_failed', server: this.label, error: describeError(error) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#api?.connection.close();
    await this.#running;
  }

  async #run(options: Parameters<typeof connect>[0]): Promise<void> {
    const { signal } = this.#ending;
    for (let failures = 0; !signal.aborted; ) {
      try {
        const connection = await connect({
          ...options,
          reconnect: false,
          timeout: CONNECT_TIMEOUT_MS,
          pingInterval: PING_MS,
          maxPingOut: 2,
          ignoreClusterUpdates: true,
          // Each would cost a message that is published a stack trace.
          noAsyncTraces: true,
        });
        failures = 0;
        await this.#connected(connection);
        const error = await (signal.aborted ? connection.close() : connection.closed());
        throw error ?? new Error('the server closed the connection');
      } catch (error) {
        this.#disconnected(error);
      }
      await delay(backoffMs(failures++), undefined, { signal }).catch(() => {});
    }
  }

  async #connected(connection: Connection): Promise<void> {
    const client = jetstream(connection, { timeout: ACK_TIMEOUT_MS });
    // Asks nothing of the server.
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: ANSWER_TIMEOUT_MS });
    if (this.#ending.signal.aborted) return;
    this.#gone = new AbortController();
    this.#api = { connection, manager, client, gone: this.#gone.signal };
    this.#state = { state: 'connected', since: nowMicros() };
    this.#isTold = false;
    this.#onEvent({ type: 'feed_connected', server: this.label });
  }

  #disconnected(cause: unknown): void {
    const error = describeError(cause);
    const since = this.#state.state === 'disconnected' ? this.#state.since : nowMicros();
    this.#api = undefined;
    this.#gone.abort();
    this.#state = { state: 'disconnected', since, error };
    if (this.#isTold || this.#ending.signal.aborted) return;
    this.#isTold = true;
    this.#onEvent({ type: 'feed_disconnected', server: this.label, error });
  }
}
