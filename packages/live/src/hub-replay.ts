import { CutPlaces } from './cut-places.ts';
import { HubChannel } from './hub-channel.ts';
import { unsubscribePush } from './hub-protocol.ts';
import type { ReadWindow } from './read-window.ts';
import { type ReplayChannel, replayMessageBytes } from './replay-channels.ts';
import { textFrame } from './text-frame.ts';

/** A connection that listens to replays. */
export interface ReplayListener {
  readonly window: ReadWindow;
  write(frame: Buffer): void;
  /** Ends its subscription to a channel from this side. */
  expel(channel: string, push: Buffer): void;
}

export interface HubReplayLimits {
  /** Bytes of old publications that a replay keeps. */
  readonly replayHistoryMaxBytes: number;
  /** Bytes of replays that wait, unread, for one connection. */
  readonly maxUnreadReplayBytes: number;
  /** How long a replay waits, at the most, for a listener that was cut off before it forgets what it missed. */
  readonly replayCutWaitMs: number;
}

/** More publications than this a replay doesn't keep, however small they are. */
const HISTORY_SIZE = 20_000;
/** What stands around a message in the history, at the most. */
const OFFSET_BYTES = 40;
/** Longer than a replay without listeners lives. */
const HISTORY_TTL = 300_000;

/** A replay's channel on the embedded hub: paced by whoever reads slowest, and by nobody else. */
export class HubReplay implements ReplayChannel {
  readonly name: string;
  readonly history: HubChannel;
  readonly #listeners = new Set<ReplayListener>();
  readonly #cuts: CutPlaces;
  readonly #onClose: () => void;
  #closed = false;
  /** Ends the wait for listeners. */
  #release: () => void = () => {};
  #changed: (listeners: number) => void = () => {};

  constructor(name: string, limits: HubReplayLimits, onClose: () => void) {
    const { replayHistoryMaxBytes: maxBytes, replayCutWaitMs } = limits;
    this.name = name;
    this.history = new HubChannel(name, { size: HISTORY_SIZE, ttlMs: HISTORY_TTL, maxBytes });
    this.#cuts = new CutPlaces(maxBytes, replayCutWaitMs);
    this.#onClose = onClose;
  }

  async publish(data: string): Promise<void> {
    const bytes = replayMessageBytes(data) + OFFSET_BYTES;
    // Who has just come back reads what it missed before there is more of it.
    do await this.#cuts.room(this.history.total + bytes);
    while (await this.#waitForReaders());
    if (this.#closed) throw new Error(`${this.name} is closed`);
    const before = this.history.total;
    const frame = this.history.publish(data);
    for (const listener of this.#listeners) {
      listener.write(frame);
      listener.window.sent(this.history.total - before);
    }
    await this.#waitForReaders();
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  onListeners(changed: (listeners: number) => void): void {
    this.#changed = changed;
  }

  /** @param missed bytes that it was given because it had missed them; `undefined`: it is new */
  enter(listener: ReplayListener, missed: number | undefined): void {
    if (this.#closed) {
      listener.expel(this.name, this.#push());
      return;
    }
    if (this.#listeners.has(listener)) return;
    if (missed !== undefined) this.#cuts.take(this.history.total - missed);
    this.#listeners.add(listener);
    this.#changed(this.#listeners.size);
  }

  /** @param wasCut without having said so: it may come back for what it missed */
  leave(listener: ReplayListener, wasCut: boolean): void {
    if (!this.#listeners.delete(listener)) return;
    if (wasCut) this.#cuts.add(this.history.total - listener.window.unread);
    this.#changed(this.#listeners.size);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose();
    this.#cuts.clear();
    this.#release();
    const push = this.#push();
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener.expel(this.name, push);
    if (listeners.length > 0) this.#changed(0);
  }

  /** @returns whether it had to wait for somebody */
  async #waitForReaders(): Promise<boolean> {
    const full = [...this.#listeners].filter(({ window }) => window.isFull);
    if (full.length === 0) return false;
    await new Promise<void>((resolve) => {
      this.#release = resolve;
      void Promise.all(full.map(({ window }) => window.room())).then(() => resolve());
    });
    return true;
  }

  #push(): Buffer {
    return textFrame(unsubscribePush(this.name));
  }
}
