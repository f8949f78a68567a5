import { type AlertFiring, parseTime } from '@tickwatch/core';
import { readFirings } from '../../alerts/alert-api.ts';
import { nowMs } from '../../clock.ts';
import type { StockName } from '../candle-source.ts';
import type { ChartRange } from '../chart-model.ts';

/** Of more in one range, the newest. */
export const MOST_FIRINGS = 500;
/** While rules go on firing no more than these are held. */
const MOST_HELD = 4 * MOST_FIRINGS;
const MICRO = 1e-6;

/** A firing at its place on a chart. `time`: epoch seconds; `price`: undefined where it is about none. */
export interface ChartFiring {
  readonly id: string;
  readonly time: number;
  readonly price: number | undefined;
  readonly name: string;
  readonly text: string;
}

/** What rules fired for one stock, as far as its chart was looked at. */
export class ChartFirings {
  readonly #name: StockName;
  #known = new Map<string, ChartFiring>();
  /** What {@link #known} is whole for; undefined: nothing was answered. */
  #answered: ChartRange | undefined;

  constructor(name: StockName) {
    this.#name = name;
  }

  /** The newest of a range, in their order, and none that lies behind the moment that the page shows. */
  within({ from, to }: ChartRange): readonly ChartFiring[] {
    const end = Math.min(to, nowMs() / 1000);
    return this.#sorted()
      .filter(({ time }) => time >= from && time <= end)
      .slice(-MOST_FIRINGS);
  }

  /** Takes those of this stock that were told live. @returns whether there was one */
  take(firings: readonly AlertFiring[]): boolean {
    const { stock, exchange } = this.#name;
    const own = firings.filter(
      ({ stock_name, exchange_name }) =>
        stock_name === stock && (exchange === undefined || exchange_name === null || exchange_name === exchange),
    );
    for (const firing of own) this.#known.set(firing.id, placed(firing));
    if (this.#known.size > MOST_HELD) this.#letGo();
    return own.length > 0;
  }

  /** What is held is of another moment. */
  forget(): void {
    this.#known = new Map();
    this.#answered = undefined;
  }

  /**
   * Asks for those of a range that are not known yet.
   * @param isLive what comes from now on is told by {@link take}
   * @throws ApiError
   */
  async load({ from, to }: ChartRange, isLive: boolean, signal: AbortSignal): Promise<void> {
    const now = nowMs() / 1000;
    const held = this.#answered;
    const end = Math.min(to, now);
    const isHeld = held !== undefined && held.to >= end;
    if (isHeld && (held.from <= from || this.within({ from, to }).length === MOST_FIRINGS)) return;
    const { stock, exchange } = this.#name;
    const { rows, next } = await readFirings(
      {
        ...{ stock, exchange, limit: MOST_FIRINGS, start_time: String(Math.round(from * 1e6)) },
        end_time: to > now && isLive ? undefined : String(Math.round(end * 1e6)),
      },
      signal,
    );
    if (signal.aborted) return;
    const found = rows.map(placed);
    // Where there are more, the oldest of the answer are all that is known; others of the same moment may be missing.
    const whole = next === undefined ? from : (found.at(-1)?.time ?? from) + MICRO;
    // Beyond a range that was looked at before, what lies between is not known.
    const joins = held !== undefined && whole <= held.to && held.from <= end;
    if (!joins) this.forget();
    for (const firing of found) this.#known.set(firing.id, firing);
    const reach = to >= now && isLive ? Number.POSITIVE_INFINITY : end;
    this.#answered = joins
      ? { from: Math.min(held.from, whole), to: Math.max(held.to, reach) }
      : { from: whole, to: reach };
  }

  /** The oldest are asked for again when somebody looks there. */
  #letGo(): void {
    const kept = this.#sorted().slice(-MOST_FIRINGS);
    this.#known = new Map(kept.map((firing) => [firing.id, firing]));
    const from = (kept[0]?.time ?? 0) + MICRO;
    if (this.#answered !== undefined) this.#answered = { ...this.#answered, from: Math.max(this.#answered.from, from) };
  }

  #sorted(): readonly ChartFiring[] {
    return [...this.#known.values()].sort((a, b) => a.time - b.time);
  }
}

function placed({ id, timestamp, price, rule_name, text }: AlertFiring): ChartFiring {
  const time = (parseTime(timestamp) ?? 0) / 1e6;
  return { id, time, price: price === null ? undefined : Number(price), name: rule_name, text };
}
