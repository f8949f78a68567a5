import { type EpochMicros, MICROS_PER_SECOND } from '@tickwatch/core';

/** So many ticks of a stock are marked a minute, and of a lane; what is beyond is counted only. */
const MARKS_A_STOCK = 10;
const MARKS_A_LANE = 1000;
const MINUTE = 60 * MICROS_PER_SECOND;

/** Keeps a feed that is all wrong from filling the table of marks. */
export class MarkLimit {
  #minute = 0;
  #all = 0;
  readonly #ofStock = new Map<string, number>();

  allows(stock: string, receivedAt: EpochMicros): boolean {
    const minute = Math.floor(receivedAt / MINUTE);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#all = 0;
      this.#ofStock.clear();
    }
    const marks = this.#ofStock.get(stock) ?? 0;
    if (marks >= MARKS_A_STOCK || this.#all >= MARKS_A_LANE) return false;
    this.#ofStock.set(stock, marks + 1);
    this.#all++;
    return true;
  }
}
