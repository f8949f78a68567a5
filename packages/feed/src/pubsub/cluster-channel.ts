import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs, type EpochMicros, type LaneName, nowMicros } from '@tickwatch/core';
import { describeError } from '../describe-error.ts';
import type { FeedMessage } from '../durable-log.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import { RedisConnection } from '../redis-connection.ts';
import type { RedisNodes } from '../redis-nodes.ts';
import type { SourceState } from '../tick-source.ts';
import { Listening } from './listening.ts';

/** A node that is silent is not waited for longer. */
const UNSUBSCRIBE_MS = 500;

export interface ClusterChannelOptions {
  readonly nodes: RedisNodes;
  readonly channel: string;
  readonly kind: 'classic' | 'sharded';
  /** As events name it. */
  readonly lane: LaneName;
  readonly hear: (messages: readonly FeedMessage[], since: EpochMicros | undefined) => void;
  readonly onEvent: OnFeedEvent;
}

/**
 * One channel of a cluster, on a connection of its own to the node that leads its slot; where another leads, it moves there. A
 * sharded channel is heard there alone. A classic one is heard at every node, but there it is counted by whoever publishes it.
 */
export class ClusterChannel implements AsyncDisposable {
  readonly #options: ClusterChannelOptions;
  #connection: RedisConnection | undefined;
  /** Of its subscription, once it was answered. */
  #answer: SourceState | undefined;
  #since = nowMicros();
  #round = new AbortController();
  #isClosed = false;

  constructor(options: ClusterChannelOptions) {
    this.#options = options;
  }

  get state(): SourceState {
    const { nodes, channel } = this.#options;
    const state = this.#connection?.state ?? nodes.stateOf(channel);
    if (state.state === 'disconnected') return state;
    return this.#answer ?? { state: 'disconnected', since: this.#since, error: 'not subscribed yet' };
  }

  /** Moves to the node that leads it now, unless it is there. */
  move(): void {
    const { nodes, channel } = this.#options;
    const leader = nodes.connectionOf(channel)?.address;
    if (this.#isClosed || leader === undefined || leader.label === this.#connection?.label) return;
    if (this.#connection !== undefined && nodes.leaderOf(channel) === undefined) return;
    void this.#leave();
    // The connection for commands tells how the node is.
    const connection = new RedisConnection(leader, 'tickwatch-feed', () => {});
    this.#connection = connection;
    connection.client.on('ready', () => this.#begin(connection));
    connection.client.on('error', () => this.#interrupted(connection));
    connection.client.on('sharded-channel-moved', () => {
      this.#interrupted(connection);
      // It may come back to this very node.
      this.#begin(connection);
    });
    connection.open();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#round.abort();
    const client = this.#connection?.client;
    // All that Redis counted as heard comes before its answer.
    const unsubscribed = client?.isReady === true ? this.#unsubscribe(client).catch(() => {}) : undefined;
    await Promise.race([unsubscribed, delay(UNSUBSCRIBE_MS, undefined, { ref: false })]);
    await this.#leave();
  }

  #begin(connection: RedisConnection): void {
    if (connection !== this.#connection) return;
    this.#round.abort();
    this.#round = new AbortController();
    void this.#subscribe(connection, this.#round.signal);
  }

  #interrupted({ client, state }: RedisConnection): void {
    if (client !== this.#connection?.client) return;
    this.#round.abort();
    // Else the client would subscribe by itself when it is back, and never be ready where it is refused.
    for (const type of ['CHANNELS', 'SHARDED'] as const) client.getPubSubListeners(type).clear();
    if (this.#answer?.state === 'connected') this.#answer = undefined;
    this.#since = state.since;
  }

  async #subscribe({ client, address }: RedisConnection, round: AbortSignal): Promise<void> {
    const { kind, channel, lane, hear, onEvent, nodes } = this.#options;
    for (let attempt = 0; !round.aborted; attempt++) {
      const listening = new Listening(hear);
      const before = this.#answer;
      try {
        if (kind === 'sharded') await client.sSubscribe(channel, listening.take, true);
        else await client.subscribe(channel, listening.take, true);
        if (round.aborted) return;
        this.#answer = { state: 'connected', since: listening.tell() };
        if (before?.state === 'failed') onEvent({ type: 'feed_lane_recovered', lane });
        return;
      } catch (cause) {
        if (round.aborted) return;
        const error = describeError(cause);
        if (!nodes.learn(cause, address)) {
          this.#answer = { state: 'failed', since: before?.since ?? nowMicros(), error };
          if (before?.state !== 'failed') onEvent({ type: 'feed_lane_failed', lane, error });
        }
      }
      await delay(backoffMs(attempt), undefined, { signal: round }).catch(() => {});
    }
  }

  #unsubscribe(client: RedisConnection['client']): Promise<void> {
    return this.#options.kind === 'sharded' ? client.sUnsubscribe() : client.unsubscribe();
  }

  async #leave(): Promise<void> {
    this.#round.abort();
    this.#answer = undefined;
    this.#since = nowMicros();
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.[Symbol.asyncDispose]();
  }
}
