import type { DecimalText, SequencedTick, ToldTicks } from '@tickwatch/core';

/** Every day and every session begins with a quarter of an hour, in every time zone. */
const QUARTER_MICROS = 900_000_000;

/** A stock of a board: its newest tick, and what the board has still to be told of it. */
export class BoardStock {
  isUntold = true;
  #newest: SequencedTick;
  #count = 0;
  /** Number of the running quarter of an hour since the epoch, and the extremes of its prices so far. */
  #quarter = 0;
  #high = 0;
  #low = 0;
  /** Those of them that were not told yet, also of the quarter before. */
  #untoldHigh: DecimalText | undefined;
  #untoldLow: DecimalText | undefined;

  constructor(tick: SequencedTick) {
    this.#newest = tick;
    this.add(tick);
  }

  get name(): string {
    return this.#newest.stock;
  }

  /** Takes a tick; the newest is the one of the latest time, of one time the last. */
  add(tick: SequencedTick): void {
    this.#count++;
    if (tick.time >= this.#newest.time) this.#newest = tick;
    const price = Number(tick.price);
    const quarter = Math.floor(tick.time / QUARTER_MICROS);
    if (quarter > this.#quarter) {
      this.#quarter = quarter;
      this.#high = Number.NEGATIVE_INFINITY;
      this.#low = Number.POSITIVE_INFINITY;
    }
    // One of a quarter that is over is told if it is beyond those of the one that runs: it may be of the same day.
    if (price > this.#high) {
      this.#high = price;
      this.#noteHigh(tick.price);
    }
    if (price < this.#low) {
      this.#low = price;
      this.#noteLow(tick.price);
    }
  }

  /** What is to be told. */
  get told(): ToldTicks {
    const extremes = new Set([this.#untoldHigh, this.#untoldLow]);
    const beyond = [...extremes].filter((price) => price !== undefined && price !== this.#newest.price);
    return { newest: this.#newest, count: this.#count, beyond: beyond as readonly DecimalText[] };
  }

  /** It is told. */
  clear(): void {
    this.isUntold = false;
    this.#count = 0;
    this.#untoldHigh = undefined;
    this.#untoldLow = undefined;
  }

  /** What was taken for told was not. */
  putBack({ newest, count, beyond }: ToldTicks): void {
    this.#count += count;
    for (const price of [...beyond, newest.price]) {
      this.#noteHigh(price);
      this.#noteLow(price);
    }
  }

  #noteHigh(price: DecimalText): void {
    if (this.#untoldHigh === undefined || Number(price) > Number(this.#untoldHigh)) this.#untoldHigh = price;
  }

  #noteLow(price: DecimalText): void {
    if (this.#untoldLow === undefined || Number(price) < Number(this.#untoldLow)) this.#untoldLow = price;
  }
}
