/** Prices column by column; each keeps the digits that were written. */
export type PriceColumn = ScaledPrices | PriceTexts;

/** Price i is `mantissas[i]` × 10^-scale; every mantissa is an exact integer below 2^52. */
export interface ScaledPrices {
  readonly kind: 'scaled';
  readonly mantissas: Float64Array;
  readonly scale: number;
  /** Decimals that were written of each price, at most `scale`; `undefined`: all of `scale`. */
  readonly written: Uint8Array | undefined;
}

/** Prices of more digits than a double holds: 40, say. */
export interface PriceTexts {
  readonly kind: 'texts';
  readonly texts: readonly string[];
}

/** Ranks below are places in the order of arrival; those from here on are of what came late, in their order. */
export const FIRST_LATE_RANK = 2 ** 30;

/** Ticks of one stock on one exchange, in order (time, seq, price). */
export interface TickColumns {
  readonly count: number;
  /** µs since 1970. */
  readonly times: Float64Array;
  readonly seqs: Float64Array;
  /**
   * Of a tick that shares its time stamp with ticks of other stocks on the exchange: its place among all of that time stamp, in
   * the order in which they arrived, from 1. {@link FIRST_LATE_RANK} or more: it came when the day was sealed already, behind the
   * others. 0: it shares it with none, or its place is not known. `undefined`: 0, all of them.
   */
  readonly ranks?: Float64Array | undefined;
  readonly prices: PriceColumn;
}

/** Ticks of one stock in order, of one exchange or of several. */
export interface TickChunk {
  readonly count: number;
  readonly times: Float64Array;
  readonly prices: PriceColumn;
  /** Of all, or of each. */
  readonly exchange: string | readonly string[];
}
