import type { Study } from './study.ts';

/** An exponential mean forgets where it began: after so many lengths that is less than a ten-thousandth of it. */
const FORGETS_AFTER = 5;

/** How many candles before a candle its value is made of. */
export function candlesBefore(study: Study): number {
  return study.kind === 'ema' ? FORGETS_AFTER * study.length : study.length - 1;
}

/**
 * A study's values over closes, one for each, NaN where too few closes come before. Each is computed from its own
 * closes, so that nothing that has left them is still in it; the newest follows a live price in one step.
 */
export class MovingValues {
  readonly middle: number[] = [];
  /** Of Bollinger bands alone. */
  readonly upper: number[] = [];
  readonly lower: number[] = [];
  readonly #study: Study;
  readonly #closes: number[] = [];
  /** Exponential means, those that are not shown yet too. */
  readonly #averages: number[] = [];
  readonly #first: number;
  /** Mean and sum of squared distances of the closes that are averaged with the newest, without it. */
  #mean = 0;
  #squares = 0;

  /** @param whole whether nothing comes before the first close: then an exponential mean begins with the first ones */
  constructor(study: Study, closes: readonly number[], whole: boolean) {
    this.#study = study;
    this.#first = whole ? study.length - 1 : candlesBefore(study);
    for (const close of closes) this.append(close);
  }

  /** One candle more. */
  append(close: number): void {
    const index = this.#closes.push(close) - 1;
    this.#prepare(index);
    this.#put(index, close);
  }

  /** The newest candle has another close. */
  change(close: number): void {
    const index = this.#closes.length - 1;
    if (index < 0) return;
    this.#closes[index] = close;
    this.#put(index, close);
  }

  #prepare(index: number): void {
    const { kind, length } = this.#study;
    const start = index - length + 1;
    // An exponential mean goes on from the one before; only its very first is a mean of closes.
    if (start < 0 || (kind === 'ema' && start > 0)) return;
    let sum = 0;
    for (let at = start; at < index; at++) sum += this.#closes[at] ?? 0;
    this.#mean = length > 1 ? sum / (length - 1) : 0;
    if (kind !== 'bb') return;
    this.#squares = 0;
    for (let at = start; at < index; at++) this.#squares += ((this.#closes[at] ?? 0) - this.#mean) ** 2;
  }

  #put(index: number, close: number): void {
    const { length, kind } = this.#study;
    const start = index - length + 1;
    const shown = index >= this.#first;
    const distance = close - this.#mean;
    const mean = this.#mean + distance / length;
    if (kind === 'ema') {
      this.#averages[index] = start <= 0 ? mean : this.#followed(index, close);
      this.middle[index] = shown ? (this.#averages[index] ?? Number.NaN) : Number.NaN;
      return;
    }
    this.middle[index] = shown ? mean : Number.NaN;
    if (kind !== 'bb') return;
    const deviation = Math.sqrt((this.#squares + distance * (close - mean)) / length);
    this.upper[index] = shown ? mean + this.#study.width * deviation : Number.NaN;
    this.lower[index] = shown ? mean - this.#study.width * deviation : Number.NaN;
  }

  #followed(index: number, close: number): number {
    const before = this.#averages[index - 1] ?? close;
    return before + (2 / (this.#study.length + 1)) * (close - before);
  }
}
