import { setTimeout as delay } from 'node:timers/promises';
import { InTurn } from './cluster/in-turn.ts';
import type { OnFeedEvent } from './feed-event.ts';
import { RedisNodes } from './redis-nodes.ts';
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
 * gets theirs in that order. In a cluster the messages of each channel or stream keep their order; those of two, which may be on
 * two nodes, arrive in any.
 */
export class OrderedRedisSink implements AsyncDisposable {
  readonly #nodes: RedisNodes;
  readonly #kind: 'channels' | 'streams';
  readonly #inTurn = new InTurn();
  #onFailed: (error: Error) => void = () => {};

  /** @throws Error the URL is no Redis URL; it does not repeat it */
  constructor(redisUrl: string, kind: 'channels' | 'streams') {
    this.#kind = kind;
    const onEvent: OnFeedEvent = (event) => {
      // Of several nodes others may be there.
      const isLast = this.#nodes.one !== undefined && this.#nodes.mode !== 'cluster';
      if (event.type === 'feed_disconnected' && isLast) this.#onFailed(this.#nodes.failure('', new Error(event.error)));
    };
    this.#nodes = new RedisNodes(redisUrl, 'tickwatch-replay', onEvent);
  }

  /** For people; without credentials. */
  get label(): string {
    return this.#nodes.label;
  }

  /** @throws FeedUnavailableError it can't be reached, or refuses */
  async connect(): Promise<void> {
    const over = new AbortController();
    try {
      await new Promise<void>((connected, failed) => {
        this.#onFailed = failed;
        const late = () => failed(new FeedUnavailableError(`${this.label}: no answer within ${CONNECT_MS / 1000} s`));
        delay(CONNECT_MS, undefined, { signal: over.signal }).then(late, () => {});
        this.#nodes.open();
        void this.#nodes.whole(over.signal).then(connected);
      });
    } finally {
      over.abort();
      this.#onFailed = () => {};
    }
  }

  /**
   * Messages of several calls arrive in the order of the calls.
   * @returns how many of them no one heard; of streams: 0
   * @throws FeedUnavailableError whether they arrived is not known
   */
  async publish(messages: readonly AddressedMessage[]): Promise<{ readonly unheard: number }> {
    if (this.#nodes.mode !== 'cluster') return { unheard: await this.#send(messages) };
    const counts = await Promise.all(
      byAddress(messages).map(([to, part]) => this.#inTurn.run(to, () => this.#send(part))),
    );
    return { unheard: counts.reduce((sum, count) => sum + count, 0) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#nodes[Symbol.asyncDispose]();
  }

  /** @returns how many of them no one heard */
  async #send(messages: readonly AddressedMessage[]): Promise<number> {
    const to = messages[0]?.to ?? '';
    if (this.#kind === 'channels') {
      const texts = messages.flatMap(({ to, message }) => [to, message]);
      return Number(await this.#nodes.run(to, 'EVAL', PUBLISH, '0', ...texts));
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
    return Number(await this.#nodes.run(to, 'EVAL', ADD, String(keys.size), ...keys.keys(), ...texts));
  }
}

function byAddress(messages: readonly AddressedMessage[]): readonly (readonly [string, readonly AddressedMessage[]])[] {
  const parts = new Map<string, AddressedMessage[]>();
  for (const message of messages) {
    const part = parts.get(message.to);
    if (part === undefined) parts.set(message.to, [message]);
    else part.push(message);
  }
  return [...parts];
}
