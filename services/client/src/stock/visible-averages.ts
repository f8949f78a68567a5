import type { Average } from '@tickwatch/core';
import { getJson } from '../api/http.ts';
import type { StockName } from './candle-source.ts';
import type { ChartRange } from './chart-model.ts';

/** What the visible range comes to, as the database counts it. */
export interface VisibleAverages {
  readonly mean: number;
  readonly timeWeighted: number;
  readonly count: number;
  readonly low: number;
  readonly high: number;
}

const WAIT_MS = 250;
const AGAIN_MS = 2000;

/** Asks for the averages of a range when it has stood still for a moment, and again while live ticks come into it. */
export class AverageLoader {
  readonly #name: StockName;
  readonly #found: (averages: VisibleAverages | undefined) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abort = new AbortController();
  #askedAt = 0;

  constructor(name: StockName, found: (averages: VisibleAverages | undefined) => void) {
    this.#name = name;
    this.#found = found;
  }

  /** The visible range was moved. */
  moved(range: ChartRange): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#load(range), WAIT_MS);
  }

  /** A tick came into the visible range. */
  ticked(range: () => ChartRange | undefined): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        const current = range();
        if (current === undefined) this.#timer = undefined;
        else void this.#load(current);
      },
      Math.max(WAIT_MS, this.#askedAt + AGAIN_MS - Date.now()),
    );
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  async #load({ from, to }: ChartRange): Promise<void> {
    this.#timer = undefined;
    this.#askedAt = Date.now();
    this.#abort.abort();
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const { body } = await getJson<Average>(
        `/api/average/${encodeURIComponent(this.#name.stock)}`,
        {
          start_time: String(Math.round(from * 1e6)),
          end_time: Number.isFinite(to) ? String(Math.round(to * 1e6)) : undefined,
          exchange: this.#name.exchange,
        },
        abort.signal,
      );
      if (!abort.signal.aborted) this.#found(averagesOf(body));
    } catch {
      // The figures keep their last values; the status bar tells of API trouble.
    }
  }
}

function averagesOf(body: Average): VisibleAverages | undefined {
  if (body.average_price === null) return undefined;
  return {
    mean: Number(body.average_price),
    timeWeighted: Number(body.time_weighted_average ?? body.average_price),
    count: body.count,
    low: Number(body.min),
    high: Number(body.max),
  };
}
