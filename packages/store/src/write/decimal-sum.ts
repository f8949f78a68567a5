/** A sum of plain decimals, exact, of any size. */
export class DecimalSum {
  #digits = 0n;
  #scale = 0;

  /** Adds `digits` x 10^-`scale`. */
  add(digits: bigint, scale: number): void {
    if (scale > this.#scale) {
      this.#digits *= 10n ** BigInt(scale - this.#scale);
      this.#scale = scale;
    }
    this.#digits += scale < this.#scale ? digits * 10n ** BigInt(this.#scale - scale) : digits;
  }

  /** Plain notation; trailing zeros of the fraction are left out. */
  toString(): string {
    const sign = this.#digits < 0n ? '-' : '';
    const text = (sign === '' ? this.#digits : -this.#digits).toString().padStart(this.#scale + 1, '0');
    const whole = text.slice(0, text.length - this.#scale);
    const fraction = text.slice(text.length - this.#scale).replace(/0+$/, '');
    return sign + (fraction === '' ? whole : `${whole}.${fraction}`);
  }
}

/** A plain decimal as an integer and the number of its fractional digits. */
export function decimalOf(price: string): { readonly digits: bigint; readonly scale: number } {
  const point = price.indexOf('.');
  if (point < 0) return { digits: BigInt(price), scale: 0 };
  return { digits: BigInt(price.slice(0, point) + price.slice(point + 1)), scale: price.length - point - 1 };
}
