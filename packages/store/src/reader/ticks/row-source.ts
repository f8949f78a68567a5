import type { SequencedTick } from '@tickwatch/core';
import { columnsOf } from '../../sealed/columns-of.ts';
import { askPageRows, keyAfter } from '../queries/page-rows.ts';
import type { Snapshot } from '../snapshot.ts';
import type { PageQuestion } from '../sql/page.ts';
import type { TickSource } from './merge-ticks.ts';
import type { TickSlice } from './tick-slice.ts';

const FIRST_ROWS = 256;
const MOST_ROWS = 8192;

export type RowsQuestion = Pick<PageQuestion, 'stock' | 'exchange' | 'from' | 'until' | 'order'>;

/** Ticks that lie as rows, page by page. */
export class RowSource implements TickSource {
  readonly #snapshot: Snapshot;
  readonly #question: RowsQuestion;
  readonly #table: 'unsealed_prices' | 'late_prices';
  #limit = FIRST_ROWS;
  #after: PageQuestion['after'];
  #isAll = false;

  constructor(snapshot: Snapshot, question: RowsQuestion, table: 'unsealed_prices' | 'late_prices') {
    this.#snapshot = snapshot;
    this.#question = question;
    this.#table = table;
  }

  async next(): Promise<TickSlice | undefined> {
    if (this.#isAll) return undefined;
    const question = { ...this.#question, after: this.#after, limit: this.#limit, tail: [] };
    const ticks = await askPageRows(this.#snapshot, question, this.#table);
    this.#isAll = ticks.length < this.#limit;
    this.#after = keyAfter(ticks, this.#after);
    this.#limit = Math.min(MOST_ROWS, 4 * this.#limit);
    return ticks.length === 0 ? undefined : sliceOf(ticks);
  }
}

/** Ticks that are at hand, in order. */
export class KnownSource implements TickSource {
  #ticks: readonly SequencedTick[];

  constructor(ticks: readonly SequencedTick[]) {
    this.#ticks = ticks;
  }

  async next(): Promise<TickSlice | undefined> {
    const ticks = this.#ticks;
    this.#ticks = [];
    return ticks.length === 0 ? undefined : sliceOf(ticks);
  }
}

export function sliceOf(ticks: readonly SequencedTick[]): TickSlice {
  const exchange = ticks.map((tick) => tick.exchange);
  return { ticks: columnsOf(ticks), exchange, from: 0, until: ticks.length };
}
