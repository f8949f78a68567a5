import type { OnFeedEvent } from './feed-event.ts';
import { RedisConnection } from './redis-connection.ts';
import { FeedUnavailableError } from './tick-source.ts';

/** ARGV: channel, message, channel, message… @returns how many of them no one heard */
const PUBLISH = `
local unheard = 0
for i = 1, #ARGV, 2 do
  if redis.call('PUBLISH', ARGV[i], ARGV[i + 1]) == 0 then unheard = unheard + 1 end
end
return unheard`;

/** KEYS: streams. ARGV: number of a stream, message, number of a stream, message… */
const ADD = `
for i = 1, #ARGV, 2 do
  redis.call('XADD', KEYS[tonumber(ARGV[i])], '*', 'm', ARGV[i + 1])
end
return 0`;

/** How long a connection is waited for. */
const CONNECT_MS = 10_000;

/** A message, and the channel or stream that it goes to. */
export interface AddressedMessage {
  readonly to: string;
  readonly message: string;
}

/**
 * Publishes messages for several channels, or adds them to several streams, in one order: whoever listens to some of them
 * gets theirs in that order.
 */
export class OrderedRedisSink implements AsyncDisposable {
  readonly #connection: RedisConnection;
  readonly #kind: 'channels' | 'streams';
  #told: { readonly connected: () => void; readonly failed: (error: Error) => void } | undefined;

  /** @throws Error the URL is no Redis URL; it does not repeat it */
  constructor(redisUrl: string, kind: 'channels' | 'streams') {
    this.#kind = kind;
    const onEvent: OnFeedEvent = (event) => {
      if (event.type === 'feed_connected') this.#told?.connected();
      if (event.type === 'feed_disconnected') this.#told?.failed(this.#connection.failure(new Error(event.error)));
    };
    this.#connection = new RedisConnection(redisUrl, 'tickwatch-replay', onEvent);
  }

  /** For people; without credentials. */
  get label(): string {
    return this.#connection.label;
  }

  /** @throws FeedUnavailableError it can't be reached, or refuses */
  async connect(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((connected, failed) => {
        this.#told = { connected, failed };
        const late = () => failed(new FeedUnavailableError(`${this.label}: no answer within ${CONNECT_MS / 1000} s`));
        timer = setTimeout(late, CONNECT_MS);
        this.#connection.open();
      });
    } finally {
      clearTimeout(timer);
      this.#told = undefined;
    }
  }

  /**
   * Messages of several calls arrive in the order of the calls.
   * @returns how many of them no one heard; of streams: 0
   * @throws FeedUnavailableError whether they arrived is not known
   */
  async publish(messages: readonly AddressedMessage[]): Promise<{ readonly unheard: number }> {
    if (this.#kind === 'channels') {
      const texts = messages.flatMap(({ to, message }) => [to, message]);
      return { unheard: Number(await this.#connection.run('EVAL', PUBLISH, '0', ...texts)) };
    }
    const keys = new Map<string, string>();
    const texts = messages.flatMap(({ to, message }) => {
      let number = keys.get(to);
      if (number === undefined) {
        number = String(keys.size + 1);
        keys.set(to, number);
      }
      return [number, message];
    });
    await this.#connection.run('EVAL', ADD, String(keys.size), ...keys.keys(), ...texts);
    return { unheard: 0 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
  }
}
