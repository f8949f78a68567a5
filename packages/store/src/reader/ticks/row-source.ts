import type { EpochMicros, SequencedTick } from '@tickwatch/core';
import type { Row } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { type PageQuestion, pageStatement } from '../sql/page.ts';
import type { Way } from '../sql/tick-order.ts';
import type { TickSource } from './merge-ticks.ts';
import { compareTicksAt, type TickSlice } from './tick-slice.ts';

const FIRST_ROWS = 256;
const MOST_ROWS = 8192;

/** Ticks that came too late to be sealed with their day, page by page. */
export class LateSource implements TickSource {
  readonly #snapshot: Snapshot;
  readonly #question: Pick<PageQuestion, 'stock' | 'exchange' | 'from' | 'until' | 'order'>;
  #limit = FIRST_ROWS;
  #after: PageQuestion['after'];
  #isAll = false;

  constructor(snapshot: Snapshot, question: Pick<PageQuestion, 'stock' | 'exchange' | 'from' | 'until' | 'order'>) {
    this.#snapshot = snapshot;
    this.#question = question;
  }

  async next(): Promise<TickSlice | undefined> {
    if (this.#isAll) return undefined;
    const seen = this.#after?.seen ?? 0;
    const wanted = { after: this.#after, limit: this.#limit + seen, tail: [] };
    const rows = await this.#snapshot.rows(pageStatement({ ...this.#question, ...wanted }, 'late_prices'));
    this.#isAll = rows.length < this.#limit + seen;
    const slice = sliceOfRows(rows.slice(seen));
    this.#after = lastKey(slice, seen);
    this.#limit = Math.min(MOST_ROWS, 4 * this.#limit);
    return slice.from < slice.until ? slice : undefined;
  }
}
