import { HubReplay, type HubReplayLimits } from './hub-replay.ts';
import { type ReplayChannel, type ReplayChannels, replayChannelName } from './replay-channels.ts';

/** The channels of replays on the embedded hub; they come and go while clients are connected. */
export class HubReplays implements ReplayChannels {
  readonly #limits: HubReplayLimits;
  readonly #open = new Map<string, HubReplay>();
  #closed = false;

  constructor(limits: HubReplayLimits) {
    this.#limits = limits;
  }

  open(id: string): ReplayChannel {
    const name = replayChannelName(id);
    if (this.#closed) throw new Error('the hub is closed');
    if (this.#open.has(name)) throw new Error(`${name} is open already`);
    const replay = new HubReplay(name, this.#limits, () => this.#open.delete(name));
    this.#open.set(name, replay);
    return replay;
  }

  get(name: string): HubReplay | undefined {
    return this.#open.get(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#open.values()].map((replay) => replay[Symbol.asyncDispose]()));
  }
}
