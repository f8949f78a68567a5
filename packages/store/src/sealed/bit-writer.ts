const HALF_BITS = 24;
const HALF = 2 ** HALF_BITS;

/** Writes bits one behind the other, the highest first, into zeroed bytes. */
export class BitWriter {
  /** Of {@link put}. */
  static readonly MOST_BITS = HALF_BITS;
  readonly #bytes: Buffer;
  #at = 0;
  /** Bits that fill no byte yet, and how many. */
  #rest = 0;
  #bits = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  put(value: number, width: number): void {
    let bits = this.#bits + width;
    let at = this.#at;
    const bytes = this.#bytes;
    const rest = (this.#rest << width) | value;
    while (bits >= 8) {
      bits -= 8;
      bytes[at++] = rest >>> bits;
    }
    this.#at = at;
    this.#rest = rest & ((1 << bits) - 1);
    this.#bits = bits;
  }

  /** A value of up to 53 bits. */
  putWide(value: number, width: number): void {
    if (width <= HALF_BITS) {
      this.put(value, width);
      return;
    }
    const high = Math.floor(value / HALF);
    this.putWide(high, width - HALF_BITS);
    this.put(value - high * HALF, HALF_BITS);
  }

  /** So many zeros and a one. */
  putUnary(zeros: number): void {
    let left = zeros;
    for (; left >= HALF_BITS; left -= HALF_BITS) this.put(0, HALF_BITS);
    this.put(1, left + 1);
  }

  align(): void {
    if (this.#bits > 0) this.put(0, 8 - this.#bits);
  }
}
