import { decimalsOf, type MarketChunk } from '@tickwatch/store';
import { kindOfDigits, type PriceKind, wholeDigits } from './price-kind.ts';

/** Prices came that need another column than the one that was begun; the next try knows of them. */
export class MoreDigitsError extends Error {
  readonly code = 'MORE_DIGITS';
  override readonly name = 'MoreDigitsError';

  constructor() {
    super('prices need more digits than the first ones did');
  }
}

/** The most digits that prices have before their points and behind them. */
export class PriceDigits {
  #whole = 1;
  #scale = 0;
  /** Of prices of so many decimals, the least mantissa with a digit more before the point than is known. */
  #bounds = new Map<number, number>();

  add({ count, mantissas, decimals, texts }: MarketChunk): void {
    let scale = -1;
    let bound = 0;
    for (let i = 0; i < count; i++) {
      if (decimals[i] !== scale) {
        scale = decimals[i] as number;
        bound = this.#boundOf(scale);
      }
      // Of a text it is NaN.
      if (Math.abs(mantissas[i] as number) >= bound) {
        this.#take(String(Math.abs(mantissas[i] as number)).length - scale, scale);
        bound = this.#boundOf(scale);
      }
    }
    for (const text of texts.values()) this.#take(wholeDigits(text), decimalsOf(text));
  }

  /** The kind of column that holds them all. @throws TooManyDigitsError */
  kind(decimals: 'number' | 'string'): PriceKind {
    return kindOfDigits(this.#whole, this.#scale, decimals);
  }

  /** Whether a column of that kind is the one for them. @throws TooManyDigitsError none is */
  fit(column: PriceKind): boolean {
    if (column.kind === 'text') return true;
    const kind = this.kind('number');
    return kind.kind === column.kind && 'scale' in kind && kind.scale === column.scale;
  }

  #boundOf(scale: number): number {
    const known = this.#bounds.get(scale);
    if (known !== undefined) return known;
    if (scale > this.#scale) this.#scale = scale;
    const bound = 10 ** (this.#whole + scale);
    this.#bounds.set(scale, bound);
    return bound;
  }

  #take(whole: number, scale: number): void {
    if (scale > this.#scale) this.#scale = scale;
    if (whole <= this.#whole) return;
    this.#whole = whole;
    this.#bounds.clear();
  }
}
