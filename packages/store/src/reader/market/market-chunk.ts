import type { DecimalText, EpochMicros, SequencedTick } from '@tickwatch/core';
import { scaledText } from '../../sealed/price-texts.ts';
import type { StockKey } from '../stock-order.ts';

/** Ticks of many stocks in the order in which they arrived, column by column: tick i is of `keys[keyOf[i]]`. */
export interface MarketChunk {
  readonly count: number;
  readonly keys: readonly StockKey[];
  readonly keyOf: Uint32Array;
  /** Of the ticks themselves; µs since 1970. */
  readonly times: Float64Array;
  /**
   * Ascending: when each arrived, as its lane's newest time stamp by then tells it. A tick's own time, or that of the tick that
   * it came behind; µs since 1970.
   */
  readonly clocks: Float64Array;
  /** 0: not kept. */
  readonly seqs: Float64Array;
  /** Price i is `mantissas[i]` × 10^-`decimals[i]`, or, where that is NaN, `texts.get(i)`. */
  readonly mantissas: Float64Array;
  readonly decimals: Uint8Array;
  readonly texts: ReadonlyMap<number, string>;
}

/** Which ticks: those of a span of time, by their own time stamps. */
export interface MarketQuestion {
  /** µs; a tick of this time counts. */
  readonly from: EpochMicros;
  /** µs; a tick of this time doesn't. */
  readonly until: number;
  readonly exchange?: string | undefined;
  /** Only stocks of these names. */
  readonly stocks?: readonly string[] | undefined;
  /** Only what comes behind this place, which an earlier answer to the same question gave. */
  readonly after?: MarketPlace | undefined;
}

/** A place in the order of arrival: behind a tick. The text is opaque, of printable ASCII. */
export type MarketPlace = string & { readonly brand: 'MarketPlace' };

type MarketPrices = Pick<MarketChunk, 'mantissas' | 'decimals' | 'texts'>;

/** A price with the digits that were written. */
export function marketPrice({ mantissas, decimals, texts }: MarketPrices, i: number): DecimalText {
  return (texts.get(i) ?? scaledText(mantissas[i] as number, decimals[i] as number)) as DecimalText;
}

export function marketTick(chunk: MarketChunk, i: number): SequencedTick {
  const key = chunk.keys[chunk.keyOf[i] as number] as StockKey;
  return {
    stock: key.stock,
    exchange: key.exchange,
    price: marketPrice(chunk, i),
    time: chunk.times[i] as EpochMicros,
    seq: chunk.seqs[i] as number,
  };
}
