import type { ReadonlySignal } from '@preact/signals';
import type { LaneName, LiveTick } from '@tickwatch/core';

/** How live the page is. `since` by `performance.now()`: since when it is so. */
export type LiveState =
  | { readonly state: 'connecting'; readonly since: number }
  | { readonly state: 'live'; readonly since: number }
  | { readonly state: 'reconnecting'; readonly since: number; readonly reason: string };

export interface LiveListener {
  /** Ticks of one lane, in order, each for the first time. Holes are possible: a `SeamCursor` tells. */
  onTicks(lane: LaneName, ticks: readonly LiveTick[]): void;
  /** Ticks were missed and won't come by themselves: load again. */
  onBreak(): void;
  /**
   * The page shows another moment now, or is live again: what is held is of another time, and nothing of it may be shown.
   * Left out: {@link onBreak} is told.
   */
  onMoment?(): void;
}

/** Where ticks come from one after the other: the live channels, or what is played of the past. */
export interface LiveFeed {
  /** Of the connection, whatever is shown. */
  readonly state: ReadonlySignal<LiveState>;
  /** Ticks that came in since the page was opened, repeats left out. */
  readonly received: number;
  /** Begins to listen to these exchanges; those that are listened to already stay as they are. */
  watch(exchanges: readonly string[]): void;
  /** Resolves when every watched exchange is subscribed, or after `timeoutMs`: then history alone is better than nothing. */
  ready(timeoutMs?: number): Promise<void>;
  /** @returns ends it */
  listen(listener: LiveListener): () => void;
  /** The last ticks of every lane, each without a gap. */
  recent(): Iterable<readonly [LaneName, readonly LiveTick[]]>;
}
