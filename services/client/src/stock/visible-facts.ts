import { type Average, type Gap, type Hole, parseTime } from '@tickwatch/core';
import { type ApiError, getJson } from '../api/http.ts';
import type { StockName } from './candle-source.ts';
import type { ChartRange } from './chart-model.ts';
import { type KnownHole, MOST_HOLES } from './coverage-parts.ts';
import { holeThen } from './hole-then.ts';
import { type Outlier, OutlierLoader } from './outliers.ts';

/** What the visible range comes to, as the database counts it. */
export interface VisibleAverages {
  readonly mean: number;
  readonly timeWeighted: number;
  readonly count: number;
  readonly low: number;
  readonly high: number;
}

/** All that is asked about the visible range. */
export interface VisibleFacts {
  readonly range: ChartRange;
  /** undefined: no tick lies in it. */
  readonly averages: VisibleAverages | undefined;
  /** What it lacks, the first hundred. */
  readonly holes: readonly KnownHole[];
  readonly outliers: readonly Outlier[];
}

const WAIT_MS = 250;
const AGAIN_MS = 2000;
/** Where no tick comes there may be a hole that has just opened, or one that has just ended. */
const QUIET_MS = 4000;

/** Asks about a range when it has stood still for a moment, and again while it goes on live. */
export class VisibleLoader {
  readonly #name: StockName;
  readonly #found: (facts: VisibleFacts) => void;
  readonly #outliers: OutlierLoader;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #abort = new AbortController();
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(name: StockName, found: (facts: VisibleFacts) => void) {
    this.#name = name;
    this.#found = found;
    this.#outliers = new OutlierLoader(name);
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
      Math.max(WAIT_MS, this.#askedAt + AGAIN_MS - performance.now()),
    );
  }

  /** What is known, or asked for, is of another moment: nothing of it is told any more. */
  forget(): void {
    this.dispose();
    this.#timer = undefined;
    this.#outliers.forget();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#quiet);
    this.#abort.abort();
  }

  async #load(range: ChartRange): Promise<void> {
    this.#timer = undefined;
    this.#askedAt = performance.now();
    this.#abort.abort();
    clearTimeout(this.#quiet);
    const abort = new AbortController();
    this.#abort = abort;
    let isAgain = !Number.isFinite(range.to);
    try {
      const [{ body, moment }, outliers] = await Promise.all([
        getJson<Average>(`/api/average/${encodeURIComponent(this.#name.stock)}`, this.#question(range), abort.signal),
        this.#outliers.load(range, abort.signal),
      ]);
      if (abort.signal.aborted) return;
      const holes = (await this.#whole(body.holes, range, abort.signal)).map((hole) => holeThen(hole, moment));
      if (!abort.signal.aborted) this.#found({ range, averages: averagesOf(body), holes, outliers });
    } catch (error) {
      // The figures keep their last values meanwhile; the status bar tells of API trouble.
      isAgain ||= (error as Partial<ApiError>).passing !== false;
    }
    if (isAgain && !abort.signal.aborted) this.#againIfQuiet(range);
  }

  /** Holes as they are recorded, with the bounds and the counts that they have beyond the range, too. */
  async #whole(holes: readonly Hole[], range: ChartRange, signal: AbortSignal): Promise<readonly KnownHole[]> {
    if (!holes.some(({ reason }) => reason !== 'unknown')) return holes;
    const { body } = await getJson<readonly Gap[]>(
      '/api/gaps',
      { ...this.#question(range), stock: this.#name.stock, limit: MOST_HOLES },
      signal,
    );
    return [...new Set(holes.map((hole) => body.find((gap) => isSame(gap, hole)) ?? hole))];
  }

  #againIfQuiet(range: ChartRange): void {
    this.#quiet = setTimeout(() => {
      if (document.hidden) this.#againIfQuiet(range);
      else if (this.#timer === undefined) void this.#load(range);
    }, QUIET_MS);
  }

  #question({ from, to }: ChartRange) {
    return {
      start_time: String(Math.round(from * 1e6)),
      end_time: Number.isFinite(to) ? String(Math.round(to * 1e6)) : undefined,
      exchange: this.#name.exchange,
    };
  }
}

/** Whether a hole of an answer is (a part of) this one. */
function isSame(gap: Gap, hole: Hole): boolean {
  if (gap.exchange_name !== hole.exchange_name || gap.reason !== hole.reason) return false;
  const [from, to] = [parseTime(hole.from_time ?? ''), parseTime(hole.to_time ?? '')];
  const end = parseTime(gap.to_time ?? '') ?? Number.POSITIVE_INFINITY;
  return (to === undefined || (parseTime(gap.from_time) ?? 0) <= to) && (from === undefined || end >= from);
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
