import type { DecimalText } from './decimal-text.ts';
import type { EpochMicros } from './epoch-micros.ts';

/**
 * What a rule knows of a subject: of a stock, of an exchange (`stock` ''), or of the system (both ''). A subject without one is
 * armed and has never fired. A row of `alert_phases`.
 */
export interface AlertPhase {
  readonly ruleId: string;
  readonly revision: number;
  readonly exchange: string;
  readonly stock: string;
  /** In the judge's own words: `armed`, or why it is not. */
  readonly phase: string;
  /** When it fired last, by the time of arrival; `undefined`: never. */
  readonly firedAt: EpochMicros | undefined;
}

/** A transition that fired. A row of `alert_firings`. */
export interface AlertFired {
  /** A UUID that follows from the rule, its revision, the subject and the tick alone: whoever judges it again finds the same. */
  readonly id: string;
  readonly ruleId: string;
  readonly ruleName: string;
  /** '' where there is none. */
  readonly exchange: string;
  readonly stock: string;
  /** The tick's own, or of the moment at which it became so. */
  readonly time: EpochMicros;
  readonly seq: number | undefined;
  readonly price: DecimalText | undefined;
  /** In a sentence. */
  readonly text: string;
}

/** Prices of a stock in a span: of one tick (low is high), of a minute or of a day. */
export interface PriceSpan {
  /** Of the tick; else when the minute or day begins. */
  readonly time: EpochMicros;
  readonly low: DecimalText;
  readonly high: DecimalText;
}

/** What rules need to know of the past to go on as if they had seen it: so long before each stock's newest tick. */
export interface MemoryNeeds {
  /** `undefined`: every stock. */
  readonly stocks: readonly string[] | undefined;
  readonly tickSeconds: number;
  /** Whole minutes are enough for what is older than `tickSeconds`. */
  readonly minuteSeconds: number;
  readonly days: number;
}

/** What is stored of a stock, as far as rules need it, at the place from which its ticks are judged. */
export interface StockMemory {
  readonly stock: string;
  /** The newest tick, by time and then arrival; of ticks that are dated ahead, and those behind them, the one that came last. */
  readonly last: { readonly time: EpochMicros; readonly price: DecimalText; readonly seq: number };
  /**
   * Oldest first: minutes, then ticks, late ones among them. Left out is what later ones are beyond on both sides: no window
   * that reaches to `last` has its lowest or highest price there.
   */
  readonly spans: readonly PriceSpan[];
  /** Days (UTC) with ticks, that of `last` included, oldest first. */
  readonly days: readonly PriceSpan[];
  /** Ticks in the minute of `last`; 0 where that is long past and its minutes are not kept. */
  readonly ticksOfMinute: number;
}
