import { backoffMs, type EpochMicros, nowMicros } from '@tickwatch/core';
import { describeError } from './describe-error.ts';
import type { FeedMessage } from './durable-log.ts';
import type { OnFeedEvent } from './feed-event.ts';
import { RedisConnection } from './redis-connection.ts';
import type { PushSource, SourceState } from './tick-source.ts';

type Hear = (exchange: string, messages: readonly FeedMessage[]) => void;

/** Hears the channels of Redis Pub/Sub. Each is subscribed alone, so that one which is refused stops no other. */
export class RedisPubSubSource implements PushSource {
  readonly kind = 'pubsub';
  readonly #connection: RedisConnection;
  readonly #channels: ReadonlyMap<string, Channel>;

  constructor(redisUrl: string, exchanges: Iterable<string>, onEvent: OnFeedEvent) {
    this.#connection = new RedisConnection(redisUrl, 'tickwatch-feed', onEvent);
    this.#channels = new Map(
      [...exchanges].map((exchange) => [exchange, new Channel(exchange, this.#connection, onEvent)]),
    );
  }

  start(hear: Hear): void {
    const { client } = this.#connection;
    client.on('ready', () => {
      for (const channel of this.#channels.values()) channel.subscribe(hear, 0);
    });
    client.on('error', () => {
      // Else the client would subscribe to all of them at once when it is back, and never be ready where one is refused.
      client.getPubSubListeners('CHANNELS').clear();
      for (const channel of this.#channels.values()) channel.reset();
    });
    this.#connection.open();
  }

  status(exchange: string): SourceState {
    const { state } = this.#connection;
    const channel = this.#channels.get(exchange);
    if (state.state === 'disconnected' || channel?.state === undefined) {
      return state.state === 'disconnected' ? state : { ...state, state: 'disconnected', error: 'not subscribed yet' };
    }
    return channel.state;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const channel of this.#channels.values()) channel.reset();
    await this.#connection[Symbol.asyncDispose]();
  }
}

class Channel {
  /** `undefined`: not known yet. */
  state: SourceState | undefined;
  readonly #exchange: string;
  readonly #connection: RedisConnection;
  readonly #onEvent: OnFeedEvent;
  #retry: NodeJS.Timeout | undefined;
  /** Counts connections: what an earlier one says is of no use. */
  #round = 0;

  constructor(exchange: string, connection: RedisConnection, onEvent: OnFeedEvent) {
    this.#exchange = exchange;
    this.#connection = connection;
    this.#onEvent = onEvent;
  }

  subscribe(hear: Hear, attempt: number): void {
    const round = this.#round;
    this.#connection.client.subscribe(this.#exchange, gather(this.#exchange, hear), true).then(
      () => {
        if (round === this.#round) this.#set({ state: 'connected', since: nowMicros() });
      },
      (cause: unknown) => {
        if (round !== this.#round) return;
        const since: EpochMicros = this.state?.state === 'failed' ? this.state.since : nowMicros();
        this.#set({ state: 'failed', since, error: describeError(cause) });
        this.#retry = setTimeout(() => this.subscribe(hear, attempt + 1), backoffMs(attempt));
      },
    );
  }

  reset(): void {
    this.#round++;
    clearTimeout(this.#retry);
    if (this.state?.state === 'connected') this.state = undefined;
  }

  #set(state: SourceState): void {
    const before = this.state?.state;
    this.state = state;
    const lane = this.#exchange;
    if (state.state === 'failed' && before !== 'failed') {
      this.#onEvent({ type: 'feed_lane_failed', lane, error: state.error });
    } else if (state.state === 'connected' && before === 'failed') this.#onEvent({ type: 'feed_lane_recovered', lane });
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
