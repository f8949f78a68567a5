import { priceNumber, type SequencedTick } from '@tickwatch/core';
import type { OutlierRow } from '@tickwatch/store';
import type { Segment } from '../log/segment.ts';
import { KnownStocks } from './known-stocks.ts';
import { MarkLimit } from './mark-limit.ts';
import type { StockQuality } from './stock-quality.ts';

/** What is found in the ticks of a flush. */
export interface Findings {
  /** Ticks that are far from the usual, also those that are too many to be marked. */
  outliers: number;
  readonly frozen: Set<StockQuality>;
}

/** So many marks wait for a commit while the database is away. */
const MAX_WAITING = 10_000;

const NONE: readonly Segment[] = [];

/**
 * Judges the ticks of a lane in the order of arrival, each once: what a commit that failed was to store is judged, and its
 * marks wait for the next try.
 */
export class LaneQuality {
  readonly #stocks = new KnownStocks();
  readonly #limit = new MarkLimit();
  /** Number of the last tick that was judged. */
  #judged = 0;
  /** Of ticks that are not committed, in their order. */
  #marks: OutlierRow[] = [];

  /** Those of the segments, which are in order, that have ticks which were not judged: some of the last, usually. */
  unjudged(segments: readonly Segment[]): readonly Segment[] {
    let from = segments.length;
    while (from > 0 && (segments[from - 1] as Segment).seq > this.#judged) from--;
    return from === segments.length ? NONE : segments.slice(from);
  }

  judge({ ticks, receivedAt, seqBefore, seq }: Segment, findings: Findings): void {
    // Those that the log gave before, in other portions. Not asked of each tick: its number is one more way into memory.
    for (let i = Math.max(0, this.#judged - seqBefore); i < ticks.length; i++) {
      const tick = ticks[i] as SequencedTick;
      const stock = this.#stocks.of(tick.stock);
      const usual = stock.take(priceNumber(tick.price), tick.price, receivedAt, findings.frozen);
      if (usual === undefined) continue;
      findings.outliers++;
      if (this.#marks.length < MAX_WAITING && this.#limit.allows(tick.stock, receivedAt)) {
        this.#marks.push({ tick, ...usual });
      }
    }
    this.#judged = seq;
  }

  /** The marks of ticks behind what is committed, up to a number. */
  marks(committed: number, upTo: number): readonly OutlierRow[] {
    if (this.#marks.length === 0) return this.#marks;
    this.#marks = this.#marks.filter(({ tick }) => tick.seq > committed);
    return this.#marks.filter(({ tick }) => tick.seq <= upTo);
  }
}
