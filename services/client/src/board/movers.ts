import type { StockRow } from './stock-row.ts';

export interface Movers {
  readonly gainers: readonly StockRow[];
  readonly losers: readonly StockRow[];
  /** With the most ticks in the last minute. */
  readonly active: readonly StockRow[];
}

/** The stocks that move most, the furthest first. One that has not moved is none of them. */
export function moversOf(rows: Iterable<StockRow>, nowMicros: number, count: number): Movers {
  const gainers = new Top(count);
  const losers = new Top(count);
  const active = new Top(count);
  for (const row of rows) {
    const ratio = row.changeRatio ?? 0;
    if (ratio > 0) gainers.offer(row, ratio);
    else if (ratio < 0) losers.offer(row, -ratio);
    active.offer(row, row.rate(nowMicros) ?? 0);
  }
  return { gainers: gainers.rows, losers: losers.rows, active: active.rows };
}

/** Whether one of them goes the other way by now, and stands in the wrong list. */
export function haveTurned({ gainers, losers }: Movers): boolean {
  const ratio = (row: StockRow): number => row.changeRatio ?? 0;
  return gainers.some((row) => ratio(row) <= 0) || losers.some((row) => ratio(row) >= 0);
}

/** The few rows with the largest values, without sorting the others. */
class Top {
  readonly #count: number;
  readonly #best: { readonly row: StockRow; readonly value: number }[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  offer(row: StockRow, value: number): void {
    if (value <= (this.#best[this.#count - 1]?.value ?? 0)) return;
    const place = this.#best.findIndex((other) => other.value < value);
    this.#best.splice(place < 0 ? this.#best.length : place, 0, { row, value });
    this.#best.length = Math.min(this.#best.length, this.#count);
  }

  get rows(): readonly StockRow[] {
    return this.#best.map(({ row }) => row);
  }
}
