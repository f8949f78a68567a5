import { type Outliers, parseTime } from '@tickwatch/core';
import { ApiError, getJson } from '../api/http.ts';
import type { StockName } from './candle-source.ts';
import type { ChartRange } from './chart-model.ts';

/** A tick far from the prices just before it. It counts like any other. `time`: epoch seconds. */
export interface Outlier {
  readonly time: number;
  readonly price: number;
  /** Of the prices just before it. */
  readonly median: number;
}

const FRESH_MS = 10_000;

/** Asks which ticks of a range are far from the others; a server that can't tell is not asked again. */
export class OutlierLoader {
  readonly #name: StockName;
  #available = true;
  #last: { readonly range: ChartRange; readonly at: number; readonly outliers: readonly Outlier[] } | undefined;

  constructor(name: StockName) {
    this.#name = name;
  }

  /** What was answered is of another moment. */
  forget(): void {
    this.#last = undefined;
  }

  async load(range: ChartRange, signal: AbortSignal): Promise<readonly Outlier[]> {
    if (!this.#available) return [];
    const last = this.#last;
    // A chart that goes on live moves a little all the time.
    if (last !== undefined && last.range.from <= range.from && last.range.to >= range.to) {
      if (performance.now() - last.at < FRESH_MS) return last.outliers;
    }
    const { from, to } = range;
    try {
      const { body } = await getJson<Outliers>(
        `/api/outliers/${encodeURIComponent(this.#name.stock)}`,
        {
          start_time: String(Math.round(from * 1e6)),
          end_time: Number.isFinite(to) ? String(Math.round(to * 1e6)) : undefined,
          exchange: this.#name.exchange,
        },
        signal,
      );
      const outliers = body.map(({ timestamp, price, median }) => ({
        time: (parseTime(timestamp) ?? 0) / 1e6,
        price: Number(price),
        median: Number(median),
      }));
      this.#last = { range, at: performance.now(), outliers };
      return outliers;
    } catch (error) {
      if (error instanceof ApiError && !error.passing) this.#available = false;
      return [];
    }
  }
}
