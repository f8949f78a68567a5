import { effect, untracked } from '@preact/signals';
import type { LaneName, LiveTick } from '@tickwatch/core';
import { type BoardBatch, batchesOf } from '../live/board-batch.ts';
import type { BoardListener, Followed, LiveFeed, TickListener } from '../live/live-feed.ts';
import { leaps, moment } from './moment.ts';

type Recent = Iterable<readonly [LaneName, readonly LiveTick[]]>;

/**
 * What the page shows: the live channels, or ticks of the past as they are played. The live connection stays open
 * meanwhile, so that the way back takes no time; of its ticks nothing is told.
 */
export class PageFeed implements LiveFeed {
  readonly state: LiveFeed['state'];
  readonly #live: LiveFeed;
  readonly #boards = new Set<BoardListener>();
  readonly #followers = new Set<TickListener>();
  #played: (() => Recent) | undefined;
  #received = 0;

  constructor(live: LiveFeed) {
    this.#live = live;
    this.state = live.state;
    live.board({
      onBatch: (batch) => {
        if (isLive()) this.#tell(batch);
      },
      onBreak: () => {
        if (isLive()) for (const listener of this.#boards) listener.onBreak();
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
    if (isLive()) await this.#live.ready(timeoutMs);
  }

  board(listener: BoardListener): () => void {
    this.#boards.add(listener);
    return () => this.#boards.delete(listener);
  }

  *recentBoard(): Iterable<BoardBatch> {
    if (isLive()) yield* this.#live.recentBoard();
    else for (const [lane, ticks] of this.#played?.() ?? []) yield* batchesOf(lane, ticks);
  }

  follow(name: Parameters<LiveFeed['follow']>[0], exchanges: readonly string[], listener: TickListener): Followed {
    const followed = this.#live.follow(name, exchanges, {
      onTicks: (lane, ticks) => {
        if (isLive()) listener.onTicks(lane, ticks);
      },
      onBreak: () => {
        if (isLive()) listener.onBreak();
      },
    });
    this.#followers.add(listener);
    return {
      ready: async (timeoutMs) => {
        if (isLive()) await followed.ready(timeoutMs);
      },
      recent: () => (isLive() ? followed.recent() : (this.#played?.() ?? [])),
      end: () => {
        this.#followers.delete(listener);
        followed.end();
      },
    };
  }

  /** From now on, until the next leap, ticks that were played lately are these. */
  playFrom(recent: () => Recent): void {
    this.#played = recent;
  }

  /** Ticks of one lane, in order, whose time has come in what is played. */
  play(lane: LaneName, ticks: readonly LiveTick[]): void {
    if (this.#played === undefined) return;
    for (const batch of batchesOf(lane, ticks)) this.#tell(batch);
    for (const listener of this.#followers) listener.onTicks(lane, ticks);
  }

  #tellLeap(): void {
    for (const listener of [...this.#boards, ...this.#followers]) {
      if (listener.onMoment === undefined) listener.onBreak();
      else listener.onMoment();
    }
  }

  #tell(batch: BoardBatch): void {
    this.#received += batch.seq - batch.after;
    for (const listener of this.#boards) listener.onBatch(batch);
  }
}

function isLive(): boolean {
  return moment.peek() === undefined;
}
