import { CentrifugoApi, type CentrifugoApiOptions } from './centrifugo-api.ts';
import { type Command, call } from './centrifugo-commands.ts';
import { CentrifugoReplay } from './centrifugo-replay.ts';
import type { Pace } from './publish-pace.ts';
import { REPLAY_NAMESPACE, type ReplayChannel, type ReplayChannels, replayChannelName } from './replay-channels.ts';

export interface CentrifugoReplaysOptions
  extends Omit<CentrifugoApiOptions, 'timeoutMs' | 'connections'>,
    Partial<Pace> {
  /** For one request, in ms. */
  readonly timeoutMs?: number;
  /** How often it is asked how many listen, in ms. */
  readonly pollMs?: number;
}

/** Of each replay. The server keeps 400 messages of one (`history_size`): those of five seconds at the least. */
const DEFAULT_PACE: Pace = { bytesPerSecond: 1_300_000, messagesPerSecond: 80 };

/**
 * The server forgets the place of a channel 45 s (`history_meta_ttl`) after somebody asked or published, lest made-up names fill
 * its memory. In a pause nobody else asks often enough.
 */
const REMIND_MS = 10_000;

/** Publishing and counting don't wait for each other. */
const CONNECTIONS = 4;

/**
 * Replays on Centrifugo v6, in its namespace `replay`, over connections of their own. Its answers tell nothing of viewers: a
 * replay is bounded in bytes and messages per second instead, and who reads more slowly than that is cut by the server,
 * comes back, and is told when it missed something. Listeners are known as of the last time they were asked for.
 * @throws Error when the address or the key cannot be used at all
 */
export function createCentrifugoReplays(options: CentrifugoReplaysOptions): ReplayChannels {
  return new CentrifugoReplays(options);
}

class CentrifugoReplays implements ReplayChannels {
  readonly #api: CentrifugoApi;
  readonly #pace: Pace;
  readonly #pollMs: number;
  readonly #open = new Map<string, CentrifugoReplay>();
  #timer: NodeJS.Timeout | undefined;
  #polling = false;
  #remindAt = 0;
  #closed = false;

  constructor({ apiUrl, apiKey, timeoutMs = 3000, pollMs = 250, ...pace }: CentrifugoReplaysOptions) {
    this.#api = new CentrifugoApi({ apiUrl, apiKey, timeoutMs, connections: CONNECTIONS });
    this.#pace = { ...DEFAULT_PACE, ...pace };
    this.#pollMs = pollMs;
  }

  open(id: string): ReplayChannel {
    const name = replayChannelName(id);
    if (this.#closed) throw new Error('the channels of replays are closed');
    if (this.#open.has(name)) throw new Error(`${name} is open already`);
    const replay = new CentrifugoReplay(name, this.#api, this.#pace, () => this.#open.delete(name));
    this.#open.set(name, replay);
    this.#plan();
    return replay;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await Promise.all([...this.#open.values()].map((replay) => replay[Symbol.asyncDispose]()));
    this.#api[Symbol.dispose]();
  }

  #plan(): void {
    if (this.#polling || this.#closed) return;
    this.#polling = true;
    this.#timer = setTimeout(() => void this.#count(), this.#pollMs);
  }

  /** Asks how many listen to each; what is not answered stays as it was known. */
  async #count(): Promise<void> {
    const asked = [...this.#open.values()];
    const commands: Command[] = asked.map(({ name }): Command => `{"presence_stats":{"channel":"${name}"}}`);
    if (performance.now() >= this.#remindAt) {
      this.#remindAt = performance.now() + REMIND_MS;
      for (const { name } of asked) commands.push(`{"history":{"channel":"${name}","limit":0}}`);
    }
    const counts = commands.length === 0 ? [] : await call(this.#api, commands, REPLAY_NAMESPACE).catch(() => []);
    this.#polling = false;
    for (const [i, replay] of asked.entries()) {
      const count = counts[i];
      if (count !== undefined && this.#open.get(replay.name) === replay) replay.counted(Number(count.num_clients ?? 0));
    }
    if (this.#open.size > 0) this.#plan();
  }
}
