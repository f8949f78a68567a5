import { effect, untracked } from '@preact/signals';
import type { LaneName, LiveTick } from '@tickwatch/core';
import type { LiveFeed, LiveListener } from '../live/live-feed.ts';
import { leaps, moment } from './moment.ts';

type Recent = Iterable<readonly [LaneName, readonly LiveTick[]]>;

/**
 * What the page shows: the live channels, or ticks of the past as they are played. The live connection stays open
 * meanwhile, so that the way back takes no time; of its ticks nothing is told.
 */
export class PageFeed implements LiveFeed {
  readonly state: LiveFeed['state'];
  readonly #live: LiveFeed;
  readonly #listeners = new Set<LiveListener>();
  #played: (() => Recent) | undefined;
  #received = 0;

  constructor(live: LiveFeed) {
    this.#live = live;
    this.state = live.state;
    live.listen({
      onTicks: (lane, ticks) => {
        if (moment.peek() === undefined) this.#tell(lane, ticks);
      },
      onBreak: () => {
        if (moment.peek() === undefined) for (const listener of this.#listeners) listener.onBreak();
      },
    });
    let leapt = leaps.peek();
    effect(() => {
      if (leaps.value === leapt) return;
      leapt = leaps.value;
      this.#played = undefined;
      untracked(() => this.#tellLeap());
    });
  }

  /** Ticks that were shown since the page was opened, live and played ones. */
  get received(): number {
    return this.#received;
  }

  watch(exchanges: readonly string[]): void {
    this.#live.watch(exchanges);
  }

  async ready(timeoutMs?: number): Promise<void> {
    // What is asked as of a moment is whole by itself.
    if (moment.peek() === undefined) await this.#live.ready(timeoutMs);
  }

  listen(listener: LiveListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  recent(): Recent {
    if (moment.peek() === undefined) return this.#live.recent();
    return this.#played?.() ?? [];
  }

  /** From now on, until the next leap, ticks that were played lately are these. */
  playFrom(recent: () => Recent): void {
    this.#played = recent;
  }

  /** Ticks of one lane, in order, whose time has come in what is played. */
  play(lane: LaneName, ticks: readonly LiveTick[]): void {
    if (this.#played !== undefined) this.#tell(lane, ticks);
  }

  #tellLeap(): void {
    for (const listener of [...this.#listeners]) {
      if (listener.onMoment === undefined) listener.onBreak();
      else listener.onMoment();
    }
  }

  #tell(lane: LaneName, ticks: readonly LiveTick[]): void {
    this.#received += ticks.length;
    for (const listener of this.#listeners) listener.onTicks(lane, ticks);
  }
}
