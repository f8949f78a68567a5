/** Beyond it a double doesn't hold every integer. */
const EXACT = 2 ** 53;
const FACTOR = 2 ** 26;

/** A sum of decimals that is exact: in doubles while they hold it, then in big integers. */
export class ExactSum {
  #scale = 0;
  #sum = 0n;
  /** To be added to the sum, of this scale. */
  #part = 0;
  #partScale = 0;

  /** Adds mantissa × factor × 10^-scale. @param mantissa, factor integers below 2^53 */
  add(mantissa: number, scale: number, factor = 1): void {
    const isSmall = factor === 1 || (Math.abs(mantissa) < FACTOR && factor < FACTOR);
    if (!isSmall) {
      this.addBig(BigInt(mantissa) * BigInt(factor), scale);
      return;
    }
    const part = this.#part + mantissa * factor;
    if (scale === this.#partScale && Math.abs(part) < EXACT) this.#part = part;
    else {
      this.#flush();
      this.#partScale = scale;
      this.#part = mantissa * factor;
    }
  }

  addBig(mantissa: bigint, scale: number): void {
    if (scale > this.#scale) {
      this.#sum *= 10n ** BigInt(scale - this.#scale);
      this.#scale = scale;
    }
    this.#sum += mantissa * 10n ** BigInt(this.#scale - scale);
  }

  /** @param decimals to write; what lies behind them has to be zeros */
  text(decimals: number): string {
    this.#flush();
    const sign = this.#sum < 0n ? '-' : '';
    const digits = (this.#sum < 0n ? -this.#sum : this.#sum).toString().padStart(this.#scale + 1, '0');
    const whole = digits.slice(0, digits.length - this.#scale);
    const fraction = digits
      .slice(digits.length - this.#scale)
      .padEnd(decimals, '0')
      .slice(0, decimals);
    return `${sign}${whole}${decimals === 0 ? '' : `.${fraction}`}`;
  }

  get scale(): number {
    this.#flush();
    return this.#scale;
  }

  #flush(): void {
    if (this.#part !== 0) this.addBig(BigInt(this.#part), this.#partScale);
    this.#part = 0;
  }
}
