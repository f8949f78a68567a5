import { type EpochMicros, MICROS_PER_SECOND } from '@tickwatch/core';
import type { Segment } from '../log/segment.ts';

/** More of an exchange need not be looked at to know how its clock goes. */
const MAX_SAMPLES = 1000;
/** Seconds whose ticks may come in the next flush too. */
const KEPT_SECONDS = 60;

/** How the segments of a flush arrived: how far the publishers' clocks are off, and how many ticks came in one second. */
export class Arrivals {
  /** µs from a tick's time to its arrival. */
  readonly #drifts = new Map<string, number[]>();
  readonly #seconds = new Map<number, number>();
  #burst = 0;

  add(exchange: string, { ticks, receivedFrom, receivedAt }: Segment): void {
    const last = ticks.at(-1);
    if (last === undefined) return;
    const second = Math.floor(receivedAt / MICROS_PER_SECOND);
    const count = (this.#seconds.get(second) ?? 0) + ticks.length;
    this.#seconds.set(second, count);
    this.#burst = Math.max(this.#burst, count);
    // A tick without a time of its own has that of its arrival.
    if (last.time < receivedFrom || last.time > receivedAt) this.#drift(exchange, receivedAt - last.time);
  }

  /**
   * What there is to tell since the last time.
   * @returns `drift` in seconds: the median of the exchange where it is greatest; behind: positive. `undefined`: no tick had
   * a time of its own
   */
  take(): { readonly drift: number | undefined; readonly burst: number } {
    let worst: number | undefined;
    for (const drifts of this.#drifts.values()) {
      const median = drifts.toSorted((a, b) => a - b)[drifts.length >> 1] as number;
      if (worst === undefined || Math.abs(median) > Math.abs(worst)) worst = median;
    }
    const burst = this.#burst;
    this.#drifts.clear();
    this.#burst = 0;
    this.#forget();
    return { drift: worst === undefined ? undefined : worst / MICROS_PER_SECOND, burst };
  }

  #drift(exchange: string, micros: number): void {
    const drifts = this.#drifts.get(exchange);
    if (drifts === undefined) this.#drifts.set(exchange, [micros]);
    else if (drifts.length < MAX_SAMPLES) drifts.push(micros);
  }

  #forget(): void {
    const newest = Math.max(...this.#seconds.keys()) as EpochMicros;
    for (const second of this.#seconds.keys()) if (second < newest - KEPT_SECONDS) this.#seconds.delete(second);
  }
}
