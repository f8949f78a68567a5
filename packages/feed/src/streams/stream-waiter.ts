import type { OnFeedEvent } from '../feed-event.ts';
import type { RedisAddress } from '../redis-address.ts';
import { isRefusal, RedisConnection } from '../redis-connection.ts';

interface Waiting {
  readonly key: string;
  readonly id: string;
  /** Monotonic ms. */
  readonly until: number;
  /** Ends it, once; with an error or without. */
  readonly end: (error?: unknown) => void;
}

/** How long Redis holds a read while nothing comes. */
const BLOCK_MS = 500;
const INTERRUPT_AGAIN_MS = 5;
/** Of several that begin to wait one after another while a read is held, each would interrupt it. */
const INTERRUPT_FOR_ALL_MS = 2;

/** Other connections to the same server, for what can't be asked while a read is held. */
export interface WaiterCommands {
  /** @throws FeedUnavailableError */
  run(...command: readonly string[]): Promise<unknown>;
}

/** Waits for news in many streams at once, on one connection. Of a cluster they are all of one slot. */
export class StreamWaiter implements AsyncDisposable {
  readonly connection: RedisConnection;
  readonly #commands: WaiterCommands;
  readonly #waiting = new Set<Waiting>();
  #state: 'idle' | 'reading' | 'interrupted' = 'idle';
  #clientId = '';

  constructor(address: RedisAddress, commands: WaiterCommands, onEvent: OnFeedEvent) {
    this.connection = new RedisConnection(address, 'tickwatch-feed', onEvent);
    this.#commands = commands;
    this.connection.client.on('ready', async () => {
      this.#clientId = String(await this.connection.run('CLIENT', 'ID').catch(() => ''));
    });
  }

  /**
   * Resolves when there may be entries behind an id, when the signal aborts, or after a while.
   * @throws FeedUnavailableError the server is away, or refuses to read this stream
   */
  wait(key: string, id: string, longestMs: number, signal: AbortSignal): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const end = (error?: unknown): void => {
        this.#waiting.delete(waiting);
        signal.removeEventListener('abort', onAbort);
        if (error === undefined) resolve();
        else reject(error);
      };
      const onAbort = (): void => end();
      const waiting = { key, id, until: performance.now() + longestMs, end };
      this.#waiting.add(waiting);
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) end();
      // Once for all that begin to wait now.
      setImmediate(() => this.#begin());
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { end } of this.#waiting) end();
    await this.connection[Symbol.asyncDispose]();
  }

  #begin(): void {
    if (this.#waiting.size === 0) return;
    if (this.#state === 'idle') void this.#read();
    else if (this.#state === 'reading') this.#interrupt();
  }

  /** It reads for others. Without the right to interrupt it, it ends by itself soon. */
  #interrupt(): void {
    this.#state = 'interrupted';
    const again = async (): Promise<void> => {
      if (this.#state !== 'interrupted') return;
      const count = await this.#commands.run('CLIENT', 'UNBLOCK', this.#clientId).catch(() => 1);
      // The read may be still on its way to the server.
      if (count === 0 && this.#state === 'interrupted') setTimeout(again, INTERRUPT_AGAIN_MS);
    };
    setTimeout(() => void again(), INTERRUPT_FOR_ALL_MS);
  }

  async #read(): Promise<void> {
    this.#state = 'reading';
    const asked = [...this.#waiting];
    const streams = [...asked.map(({ key }) => key), ...asked.map(({ id }) => id)];
    const command = ['XREAD', 'COUNT', '1', 'BLOCK', String(BLOCK_MS), 'STREAMS', ...streams];
    try {
      const reply = ((await this.connection.run(...command)) ?? []) as readonly (readonly [Buffer])[];
      const news = new Set(reply.map(([key]) => key.toString()));
      for (const { key, until, end } of asked) if (news.has(key) || performance.now() >= until) end();
    } catch (error) {
      await Promise.all(asked.map((waiting) => this.#blame(waiting, error)));
    }
    this.#state = 'idle';
    this.#begin();
  }

  /** One stream that is refused fails the read of all: each is asked for alone. */
  async #blame({ key, id, end }: Waiting, error: unknown): Promise<void> {
    if (!isRefusal(error)) return end(error);
    await this.#commands.run(...probe(key, id)).then(() => end(), end);
  }
}

/** Fails where a stream can't be read. */
export function probe(key: string, id: string): readonly string[] {
  return ['XREAD', 'COUNT', '1', 'STREAMS', key, id];
}
