import { setImmediate } from 'node:timers/promises';
import type { EpochMicros, ReplayState, SequencedTick } from '@tickwatch/core';
import { MAX_REPLAY_MESSAGE_BYTES, type ReplayChannel } from '@tickwatch/live';
import type { Played } from './played.ts';
import { Player } from './player.ts';
import type { PlayerOptions } from './player-options.ts';
import type { Speed } from './replay-clock.ts';
import { encodeReplayMessage } from './replay-message.ts';

/** It waits so long for somebody to listen (again), and is gone then. */
const UNHEARD_MS = 30_000;
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
export type ReplayEnd =
  | 'unheard'
  | 'too long'
  | 'ended by an administrator'
  | 'the service stops'
  | 'its place is gone';

export interface ChannelReplayOptions
  extends Omit<PlayerOptions, 'sink' | 'mayRetry' | 'messageBytes' | 'from' | 'to' | 'speed'> {
  readonly id: string;
  readonly channel: ReplayChannel;
  readonly question: ReplayQuestion;
  /** Nothing is missing in what it plays, as far as it was known at its begin. */
  readonly isComplete: boolean;
  readonly longestMs: number;
  /** A tick is so long in the live form that no message can carry it: it was left out. @param skipped so many were by now */
  readonly onSkip: (tick: SequencedTick, skipped: number) => void;
  /** It is over; called once, and not where {@link ChannelReplay.end} is called. */
  readonly onOver: (why: ReplayEnd) => void;
}

interface Message {
  readonly of: Played;
  readonly text: string;
  /** The tick that it can't carry. */
  readonly skipped?: SequencedTick;
}

/** A replay that is heard on a channel: it plays while somebody listens, and is over when nobody does. */
export class ChannelReplay {
  readonly id: string;
  readonly question: ReplayQuestion;
  readonly #options: ChannelReplayOptions;
  readonly #player: Player;
  readonly #running: Promise<void>;
  readonly #giveUpLongest: () => void;
  #giveUpUnheard = (): void => {};
  #isComplete: boolean;
  #listeners = 0;
  #skipped = 0;
  /** What is being published: the same text, however often that is tried. */
  #message: Message | undefined;

  constructor(options: ChannelReplayOptions) {
    const { id, question, channel, timeline, onOver, longestMs, isComplete, read } = options;
    this.id = id;
    this.question = question;
    this.#isComplete = isComplete;
    this.#options = options;
    this.#player = new Player({
      ...options,
      read: async (place, signal) => {
        const page = await read(place, signal);
        this.#isComplete &&= page.isComplete;
        return page;
      },
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
    // All else is tried again.
    this.#running = this.#player.run().catch(() => onOver('its place is gone'));
  }

  get channel(): string {
    return this.#options.channel.name;
  }

  get listeners(): number {
    return this.#options.channel.listeners;
  }

  get state(): ReplayState {
    return this.#player.state;
  }

  get player(): Player {
    return this.#player;
  }

  /** Nothing is missing in what it plays, as far as it was known when that was read. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Ticks that were published, in all. */
  get ticks(): number {
    return this.#player.ticks - this.#skipped;
  }

  /** Ticks that are too long for a message. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Says on the channel that it has ended, and closes it. */
  async end(): Promise<void> {
    const { channel, timeline } = this.#options;
    // That they all leave now is no news.
    channel.onListeners(() => {});
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
        await channel.publish(encodeReplayMessage({ ticks: [], seek, time, speed, state: 'ended' }, this.#skipped));
    });
    // Who doesn't hear it sees that the channel is gone.
    await Promise.race([lastWord.catch(() => {}), late]);
    giveUp();
    await channel[Symbol.asyncDispose]();
  }

  async #publish(played: Played): Promise<void> {
    if (this.#message?.of !== played) this.#message = this.#messageOf(played);
    const { text, skipped } = this.#message;
    await this.#options.channel.publish(text);
    this.#message = undefined;
    // However fast the channel takes them, everything else has its turn.
    await setImmediate();
    if (skipped === undefined) return;
    this.#skipped++;
    this.#options.onSkip(skipped, this.#skipped);
  }

  /** A tick that is too long comes alone; its message would be refused however often it was tried. */
  #messageOf(played: Played): Message {
    const text = encodeReplayMessage(played, this.#skipped);
    const [tick, ...others] = played.ticks;
    const isCarried = tick === undefined || others.length > 0 || Buffer.byteLength(text) <= MAX_REPLAY_MESSAGE_BYTES;
    if (isCarried) return { of: played, text };
    return { of: played, text: encodeReplayMessage({ ...played, ticks: [] }, this.#skipped + 1), skipped: tick };
  }

  #heardBy(listeners: number): void {
    const { timeline, onOver } = this.#options;
    this.#giveUpUnheard();
    this.#giveUpUnheard = () => {};
    this.#player.setHeard(listeners > 0);
    // Who has come is to hear how it is, though it stands still.
    if (listeners > this.#listeners) this.#player.tell();
    this.#listeners = listeners;
    if (listeners > 0) return;
    this.#giveUpUnheard = timeline.at(timeline.now() + UNHEARD_MS, () => onOver('unheard'));
  }
}
