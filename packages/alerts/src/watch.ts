import type { EpochMicros, SequencedTick } from '@tickwatch/core';
import type { AlertChange } from './lane-judge.ts';
import type { Price } from './price.ts';
import { NO_NEEDS, type PastNeeds, type StockPast } from './stock-past.ts';
import { type Occasion, Subject } from './subject.ts';

/** A tick that is looked at. */
export interface Look {
  readonly tick: SequencedTick;
  readonly price: Price;
  readonly receivedAt: EpochMicros;
  /** Of the tick of this stock that was judged before it. */
  readonly before: Price | undefined;
  /** The newest moment before it. */
  readonly newest: number;
  /** The newest moment with it: what is not late is not before. */
  readonly now: number;
  /** How many ticks of the stock there were, with it. */
  readonly count: number;
  /** What came before it. */
  readonly past: StockPast;
  readonly changes: AlertChange[];
}

/**
 * A rule on a stock. Between `low` and `high`, both excluded, before `until` and before the tick number `atCount` of the stock, no tick
 * that is not late can change anything of it: it needs not be asked.
 */
export abstract class Watch extends Subject {
  low = Number.POSITIVE_INFINITY;
  high = Number.NEGATIVE_INFINITY;
  until: number = Number.POSITIVE_INFINITY;
  atCount: number = Number.POSITIVE_INFINITY;

  get needs(): PastNeeds {
    return NO_NEEDS;
  }

  /** Judges a tick, and says within what the next one is of no interest. */
  abstract look(look: Look): void;

  /** The past is another than it was. */
  disturb(): void {
    this.watchAll();
  }

  /** The next tick is looked at. */
  watchAll(): void {
    this.low = Number.POSITIVE_INFINITY;
  }

  protected watchNothing(): void {
    this.low = Number.NEGATIVE_INFINITY;
    this.high = Number.POSITIVE_INFINITY;
    this.until = Number.POSITIVE_INFINITY;
    this.atCount = Number.POSITIVE_INFINITY;
  }

  protected occasion({ tick, receivedAt }: Look): Occasion {
    return { seq: tick.seq, receivedAt, time: tick.time, tickSeq: tick.seq, price: tick.price };
  }
}
