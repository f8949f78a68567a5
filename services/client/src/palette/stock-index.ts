import { nearNames } from '@tickwatch/core';
import type { StockRow } from '../board/stock-row.ts';
import { bestOf, plain, type Rank, rankOf } from './rank.ts';

interface Named {
  readonly row: StockRow;
  readonly plain: string;
}

export interface FoundStocks {
  readonly rows: readonly StockRow[];
  readonly count: number;
  readonly rank: Rank | undefined;
  /** True where nothing holds what was typed, and these are like it. */
  readonly near: boolean;
}

/** All stocks by name. Made when it is first asked after stocks were added, so that a key press only compares. */
export class StockIndex {
  #rows: ReadonlyMap<string, StockRow> = new Map();
  #version = -1;
  #made: readonly Named[] | undefined = [];
  #names: readonly string[] | undefined;

  /** @param version grows when there are other rows */
  update(rows: ReadonlyMap<string, StockRow>, version: number): void {
    if (version === this.#version) return;
    this.#rows = rows;
    this.#version = version;
    this.#made = undefined;
    this.#names = undefined;
  }

  /** Stocks whose names begin with a text, then those that hold it, then, if there is none, those that are like it. */
  find(text: string, most: number): FoundStocks {
    const typed = plain(text.trim());
    if (typed === '') return { rows: [], count: 0, rank: undefined, near: false };
    const { best, count, rank } = bestOf(this.#named, (one) => rankOf(one.plain, [typed]), most);
    if (count > 0) return { rows: best.map(({ row }) => row), count, rank, near: false };
    this.#names ??= [...new Set(this.#named.map(({ plain: name }) => name))];
    const near = nearNames(typed, this.#names, most);
    const rows = near.flatMap((name) => this.#named.filter((one) => one.plain === name).map(({ row }) => row));
    return { rows: rows.slice(0, most), count: rows.length, rank: rows.length === 0 ? undefined : NEAR, near: true };
  }

  /** Rows of exactly this stock, in any letters. */
  exactly(text: string): readonly StockRow[] {
    const typed = plain(text.trim());
    return this.#named.filter((one) => one.plain === typed).map(({ row }) => row);
  }

  get #named(): readonly Named[] {
    this.#made ??= [...this.#rows.values()]
      .map((row) => ({ row, plain: plain(row.stock) }))
      .sort((a, b) => (a.plain < b.plain ? -1 : a.plain > b.plain ? 1 : 0));
    return this.#made;
  }
}

const NEAR = 9;
