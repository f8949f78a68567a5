import { setImmediate } from 'node:timers/promises';
import type { EpochMicros } from '@tickwatch/core';
import { MAX_REPLAY_MESSAGE_BYTES, type ReplayChannel } from '@tickwatch/live';
import type { Played, PlayState } from './played.ts';
import { Player, type PlayerOptions } from './player.ts';
import type { Speed } from './replay-clock.ts';
import { encodeReplayMessage } from './replay-message.ts';

/** It waits so long for somebody to listen (again), and is gone then. */
export const UNHEARD_MS = 30_000;
/** How long a last word may take. */
const LAST_WORD_MS = 1000;

/** What a message says of the replay, and what holds its ticks together. */
const REPLAY_BYTES = 256;

export interface ReplayQuestion {
  readonly from: EpochMicros;
  /** Inclusive. */
  readonly to: EpochMicros;
  readonly speed: Speed;
  readonly exchange: string | undefined;
  readonly stocks: readonly string[] | undefined;
}

/** Why it is gone. */
export type ReplayEnd = 'unheard' | 'too long' | 'ended by an administrator' | 'the service stops';

export interface ChannelReplayOptions
  extends Omit<PlayerOptions, 'sink' | 'mayRetry' | 'messageBytes' | 'from' | 'to' | 'speed'> {
  readonly id: string;
  readonly channel: ReplayChannel;
  readonly question: ReplayQuestion;
  /** Nothing is missing in what it plays, as far as it was known at its begin. */
  readonly isComplete: boolean;
  readonly longestMs: number;
  /** It is over; called once, and not where {@link ChannelReplay.end} is called. */
  readonly onOver: (why: ReplayEnd) => void;
}

/** A replay that is heard on a channel: it plays while somebody listens, and is over when nobody does. */
export class ChannelReplay {
  readonly id: string;
  readonly question: ReplayQuestion;
  readonly isComplete: boolean;
  readonly #options: ChannelReplayOptions;
  readonly #player: Player;
  readonly #running: Promise<void>;
  readonly #giveUpLongest: () => void;
  #giveUpUnheard = (): void => {};

  constructor(options: ChannelReplayOptions) {
    const { id, question, channel, timeline, onOver, longestMs, isComplete } = options;
    this.id = id;
    this.question = question;
    this.isComplete = isComplete;
    this.#options = options;
    this.#player = new Player({
      ...options,
      from: question.from,
      to: question.to,
      speed: question.speed,
      mayRetry: true,
      messageBytes: MAX_REPLAY_MESSAGE_BYTES - REPLAY_BYTES,
      sink: { publish: (played) => this.#publish(played) },
    });
    this.#giveUpLongest = timeline.at(timeline.now() + longestMs, () => onOver('too long'));
    channel.onListeners((listeners) => this.#heardBy(listeners));
    this.#heardBy(channel.listeners);
    this.#running = this.#player.run();
  }

  get channel(): string {
    return this.#options.channel.name;
  }

  get listeners(): number {
    return this.#options.channel.listeners;
  }

  get state(): PlayState {
    return this.#player.state;
  }

  get player(): Player {
    return this.#player;
  }

  /** Says on the channel that it has ended, and closes it. */
  async end(): Promise<void> {
    const { channel, timeline } = this.#options;
    this.#giveUpLongest();
    this.#giveUpUnheard();
    const { seeks: seek, time, speed } = this.#player;
    this.#player.close();
    let giveUp = (): void => {};
    const late = new Promise<void>((resolve) => {
      giveUp = timeline.at(timeline.now() + LAST_WORD_MS, resolve);
    });
    const lastWord = this.#running.then(async () => {
      if (channel.listeners > 0)
        await channel.publish(encodeReplayMessage({ ticks: [], seek, time, speed, state: 'ended' }));
    });
    // Who doesn't hear it sees that the channel is gone.
    await Promise.race([lastWord.catch(() => {}), late]);
    giveUp();
    await channel[Symbol.asyncDispose]();
  }

  async #publish(played: Played): Promise<void> {
    await this.#options.channel.publish(encodeReplayMessage(played));
    // However fast the channel takes them, everything else has its turn.
    await setImmediate();
  }

  #heardBy(listeners: number): void {
    const { timeline, onOver } = this.#options;
    this.#giveUpUnheard();
    this.#giveUpUnheard = () => {};
    this.#player.setHeard(listeners > 0);
    if (listeners > 0) return;
    this.#giveUpUnheard = timeline.at(timeline.now() + UNHEARD_MS, () => onOver('unheard'));
  }
}
