import { type Outliers, parseTime } from '@tickwatch/core';
import { ApiError, getJson } from '../api/http.ts';
import type { StockName } from './candle-source.ts';
import type { ChartRange } from './chart-model.ts';

/** A tick far from the prices just before it. It counts like any other. `time`: epoch seconds. */
export interface Outlier {
  readonly time: number;
  readonly price: number;
}

/** Asks which ticks of a range are far from the others; a server that can't tell is not asked again. */
export class OutlierLoader {
  readonly #name: StockName;
  #available = true;

  constructor(name: StockName) {
    this.#name = name;
  }

  async load({ from, to }: ChartRange, signal: AbortSignal): Promise<readonly Outlier[]> {
    if (!this.#available) return [];
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
      return body.map(({ timestamp, price }) => ({ time: (parseTime(timestamp) ?? 0) / 1e6, price: Number(price) }));
    } catch (error) {
      if (error instanceof ApiError && !error.passing) this.#available = false;
      return [];
    }
  }
}
