import type { ReadonlySignal } from '@preact/signals';
import type { LaneName, LiveTick } from '@tickwatch/core';
import type { BoardBatch } from './board-batch.ts';

/** How live the page is. `since` by `performance.now()`: since when it is so. */
export type LiveState =
  | { readonly state: 'connecting'; readonly since: number }
  | { readonly state: 'live'; readonly since: number }
  | { readonly state: 'reconnecting'; readonly since: number; readonly reason: string };

interface Breaks {
  /** Ticks were missed and won't come by themselves: load again. */
  onBreak(): void;
  /**
   * The page shows another moment now, or is live again: what is held is of another time, and nothing of it may be shown.
   * Left out: {@link onBreak} is told.
   */
  onMoment?(): void;
}

/** Whoever shows single stocks. */
export interface TickListener extends Breaks {
  /** Ticks of one lane, in order, each for the first time. Holes are possible: a `SeamCursor` tells. */
  onTicks(lane: LaneName, ticks: readonly LiveTick[]): void;
}

/** Whoever shows all stocks. */
export interface BoardListener extends Breaks {
  /** Batches of one lane come in order, each for the first time. */
  onBatch(batch: BoardBatch): void;
}

/** All ticks of one stock, and others of its lanes beside them. */
export interface Followed {
  /** Resolves when nothing more of it will be missed, or after `timeoutMs`: then history alone is better than nothing. */
  ready(timeoutMs?: number): Promise<void>;
  /** The last ticks of every lane, each without a gap. */
  recent(): Iterable<readonly [LaneName, readonly LiveTick[]]>;
  end(): void;
}

/** Where ticks come from one after the other: the live channels, or what is played of the past. */
export interface LiveFeed {
  /** Of the connection, whatever is shown. */
  readonly state: ReadonlySignal<LiveState>;
  /** Ticks that came in since the page was opened, repeats left out; also those that the boards only count. */
  readonly received: number;
  /** Begins to listen to the boards of these exchanges; those that are listened to already stay as they are. */
  watch(exchanges: readonly string[]): void;
  /** Resolves when every watched board is subscribed, or after `timeoutMs`: then history alone is better than nothing. */
  ready(timeoutMs?: number): Promise<void>;
  /** @returns ends it */
  board(listener: BoardListener): () => void;
  /** The last batches of every lane, each without a gap. */
  recentBoard(): Iterable<BoardBatch>;
  /**
   * Follows one stock. In which lane it is, is known at once where its exchange has one, else from its next price on the
   * board on: `onBreak` is told then.
   * @param name `exchange` undefined: wherever it is traded
   * @param exchanges where it is known to be traded
   */
  follow(
    name: { readonly stock: string; readonly exchange: string | undefined },
    exchanges: readonly string[],
    listener: TickListener,
  ): Followed;
}
