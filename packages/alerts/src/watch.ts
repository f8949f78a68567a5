import { comparePrices, type DecimalText, type EpochMicros, type SequencedTick } from '@tickwatch/core';
import type { AlertChange } from './lane-judge.ts';
import { type Occasion, Subject } from './subject.ts';

/** A decimal, and the double that is next to it: two of different doubles are as different as these. */
export interface Price {
  readonly text: DecimalText;
  readonly number: number;
}

/** A tick that is looked at. */
export interface Look {
  readonly tick: SequencedTick;
  readonly price: Price;
  readonly receivedAt: EpochMicros;
  /** Of the tick of this stock that was judged before it. */
  readonly before: Price | undefined;
  readonly changes: AlertChange[];
}

/**
 * A rule on a stock. Between `low` and `high`, both excluded, and before `until` no tick that is not late can change
 * anything of it, so that it needs not be asked.
 */
export abstract class Watch extends Subject {
  low = Number.POSITIVE_INFINITY;
  high = Number.NEGATIVE_INFINITY;
  until: number = Number.POSITIVE_INFINITY;

  /** Judges a tick, and says within what the next one is of no interest. */
  abstract look(look: Look): void;

  protected watchNothing(): void {
    this.low = Number.NEGATIVE_INFINITY;
    this.high = Number.POSITIVE_INFINITY;
    this.until = Number.POSITIVE_INFINITY;
  }

  protected occasion({ tick, receivedAt }: Look): Occasion {
    return { seq: tick.seq, receivedAt, time: tick.time, tickSeq: tick.seq, price: tick.price };
  }
}

/** Below 0, 0 or above 0; exact. */
export function comparePrice(a: Price, b: Price): number {
  return a.number < b.number ? -1 : a.number > b.number ? 1 : comparePrices(a.text, b.text);
}
