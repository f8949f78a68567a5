import type { EpochMicros } from '@tickwatch/core';
import type { AlertChange, Moment } from './lane-judge.ts';
import type { StockPast } from './stock-past.ts';
import { Watch } from './watch.ts';

/** What time makes of a stock. */
export interface Elapsed {
  readonly moment: Moment;
  /** Number of the last tick that was judged in this lane. */
  readonly seq: number;
  /** When a tick of the stock was received last, by this process; `undefined`: none yet. */
  readonly heardAt: EpochMicros | undefined;
  /** Number of its newest tick. */
  readonly lastSeq: number;
  readonly past: StockPast;
  readonly changes: AlertChange[];
}

/** A rule on a stock that changes also because time passes. */
export abstract class TimedWatch extends Watch {
  abstract pass(elapsed: Elapsed): void;
}
