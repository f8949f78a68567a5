import { comparePrices, type EpochMicros } from '@tickwatch/core';
import { priceText } from '../../sealed/price-texts.ts';
import { decimalsOf } from '../decimal-mean.ts';
import type { Segment } from '../sql/segments.ts';
import { ExactSum } from './exact-sum.ts';
import { exchangeAt, type TickSlice } from './tick-slice.ts';

/** Where the ticks that are summed up together with one at this moment end; µs, exclusive. */
export type EndOf = (time: number) => number;

/** Sums ticks up in order, exchange by exchange, each group of them as one segment. */
export class TickSegments {
  readonly #endOf: EndOf;
  readonly #open = new Map<string, OpenSegment>();
  readonly #done: Segment[] = [];

  constructor(endOf: EndOf) {
    this.#endOf = endOf;
  }

  add(slices: readonly TickSlice[]): void {
    for (const slice of slices) {
      for (let at = slice.from; at < slice.until; ) at = this.#addRun(slice, at);
    }
  }

  /** All of them; nothing may be added any more. */
  end(): readonly Segment[] {
    for (const segment of this.#open.values()) this.#done.push(segment.written());
    this.#open.clear();
    return this.#done;
  }

  /** Adds ticks of one exchange and one group. @returns up to where */
  #addRun(slice: TickSlice, from: number): number {
    const { times } = slice.ticks;
    const exchange = exchangeAt(slice, from);
    const time = times[from] as number;
    let segment = this.#open.get(exchange);
    if (segment === undefined || time >= segment.until) {
      if (segment !== undefined) this.#done.push(segment.written());
      segment = new OpenSegment(exchange, this.#endOf(time));
      this.#open.set(exchange, segment);
    }
    let until = from + 1;
    const isOne = typeof slice.exchange === 'string';
    while (until < slice.until && (times[until] as number) < segment.until) {
      if (!isOne && exchangeAt(slice, until) !== exchange) break;
      until++;
    }
    segment.add(slice, from, until);
    return until;
  }
}

class OpenSegment {
  readonly until: number;
  readonly #exchange: string;
  readonly #sum = new ExactSum();
  readonly #weighted = new ExactSum();
  #count = 0;
  #decimals = 0;
  #open: Side | undefined;
  #close: Side | undefined;
  #low: Side | undefined;
  #high: Side | undefined;
  /** The mantissa of the last price and its scale. */
  #last: readonly [number | bigint, number] = [0, 0];

  constructor(exchange: string, until: number) {
    this.#exchange = exchange;
    this.until = until;
  }

  add(slice: TickSlice, from: number, until: number): void {
    const { times, prices } = slice.ticks;
    let [low, high] = [from, from];
    let before = this.#close?.time ?? (times[from] as number);
    for (let i = from; i < until; i++) {
      const time = times[i] as number;
      this.#hold(time - before);
      before = time;
      if (prices.kind === 'scaled') {
        const mantissa = prices.mantissas[i] as number;
        if (mantissa < (prices.mantissas[low] as number)) low = i;
        if (mantissa > (prices.mantissas[high] as number)) high = i;
        this.#sum.add(mantissa, prices.scale);
        this.#decimals = Math.max(this.#decimals, prices.written?.[i] ?? prices.scale);
        this.#last = [mantissa, prices.scale];
      } else {
        const text = prices.texts[i] ?? '0';
        if (comparePrices(text, prices.texts[low] ?? '0') < 0) low = i;
        if (comparePrices(text, prices.texts[high] ?? '0') > 0) high = i;
        const decimals = decimalsOf(text);
        this.#last = [BigInt(text.replace('.', '')), decimals];
        this.#sum.addBig(this.#last[0] as bigint, decimals);
        this.#decimals = Math.max(this.#decimals, decimals);
      }
    }
    this.#count += until - from;
    this.#open ??= sideAt(slice, from);
    this.#close = sideAt(slice, until - 1);
    const [lowest, highest] = [sideAt(slice, low), sideAt(slice, high)];
    if (this.#low === undefined || comparePrices(lowest.price, this.#low.price) < 0) this.#low = lowest;
    if (this.#high === undefined || comparePrices(highest.price, this.#high.price) > 0) this.#high = highest;
  }

  written(): Segment {
    const [open, close, low, high] = [this.#open, this.#close, this.#low, this.#high] as [Side, Side, Side, Side];
    return {
      exchange: this.#exchange,
      count: this.#count,
      sum: this.#sum.text(this.#decimals),
      low: low.price,
      high: high.price,
      open: open.price,
      openTime: open.time,
      openSeq: open.seq,
      close: close.price,
      closeTime: close.time,
      closeSeq: close.seq,
      // Price × µs; segments have price × seconds.
      weightedSum: `${this.#weighted.text(this.#weighted.scale)}e-6`,
      lowTime: low.time,
      highTime: high.time,
    };
  }

  /** The last price held so long. */
  #hold(micros: number): void {
    if (micros === 0) return;
    const [mantissa, scale] = this.#last;
    if (typeof mantissa === 'number') this.#weighted.add(mantissa, scale, micros);
    else this.#weighted.addBig(mantissa * BigInt(micros), scale);
  }
}

interface Side {
  readonly price: string;
  readonly time: EpochMicros;
  readonly seq: number;
}

function sideAt({ ticks }: TickSlice, i: number): Side {
  return {
    price: priceText(ticks.prices, i),
    time: ticks.times[i] as EpochMicros,
    seq: ticks.seqs[i] as number,
  };
}
