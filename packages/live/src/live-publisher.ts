import type { EpochMicros, LaneName, SequencedTick } from '@tickwatch/core';

export type LiveState =
  | { readonly state: 'up'; readonly since: EpochMicros }
  | { readonly state: 'down'; readonly since: EpochMicros; readonly error: string };

export interface LiveStatus {
  readonly live: LiveState;
  /** Ticks handed over, sent, and replaced by a newer one of their stock while the server was away or slow. */
  readonly accepted: number;
  readonly sent: number;
  readonly conflated: number;
  /** Ticks given up: refused by the server for good, or beyond the bound. `accepted` is the sum of all four. */
  readonly dropped: number;
  /** Ticks that wait now. */
  readonly waiting: number;
  /** Stocks that a board was not told of though they had changed: there were more of them than are remembered. */
  readonly boardForgot?: number;
}

/**
 * Sends ticks to whoever watches an exchange's live channel, or one of its lanes where it has several; and the newest of each
 * stock, at its own pace, to whoever watches its board.
 *
 * One batch is in flight at a time and the next gathers meanwhile: a lone tick leaves at once, a flood leaves in
 * bundles. While the server is away or slow, what waits is bounded, over all lanes together, and conflates to the newest
 * tick of each stock.
 */
export interface LivePublisher extends AsyncDisposable {
  /** Takes ticks of one lane, in order. Never throws, never blocks. */
  publish(lane: LaneName, ticks: readonly SequencedTick[]): void;
  /**
   * Resolves when what was taken has been sent, or rejects after `timeoutMs`. For the end: boards are told of the rest at once,
   * whatever their pace.
   */
  drain(timeoutMs: number): Promise<void>;
  status(): LiveStatus;
}

/** What happened to a batch, for metrics and log; `seconds` is the time the server took. */
export type LiveEvent =
  | { readonly type: 'sent'; readonly ticks: number; readonly seconds: number }
  | { readonly type: 'failed'; readonly ticks: number; readonly error: string; readonly attempt: number }
  | { readonly type: 'recovered'; readonly seconds: number }
  /** One of several servers could not take a batch, and the next one is used from now on. */
  | { readonly type: 'switched'; readonly from: string; readonly to: string; readonly error: string };
