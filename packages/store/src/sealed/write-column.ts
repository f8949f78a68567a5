import { type ColumnCode, fieldBytes } from './column-code.ts';

const HALF_BITS = 24;
const HALF = 2 ** HALF_BITS;

/** Packs a column by a code that {@link chooseCode} chose for it. @returns its fields and its unary part */
export function writeColumn(column: Float64Array, code: ColumnCode): Buffer {
  const { least, low, ranked, values } = code;
  const size = 2 ** low;
  const width = low + ranked;
  const ranks = new Map(values.map((value, rank) => [value, rank]));
  const fields = fieldBytes(code, column.length);
  const bytes = Buffer.alloc(fields + code.unaryBytes);
  const writer = new BitWriter(bytes);
  const quotients = new Float64Array(column.length);
  for (let i = 0; i < column.length; i++) {
    const value = (column[i] as number) - least;
    const high = Math.floor(value / size);
    const rank = values.length === 0 ? high : (ranks.get(high) as number);
    const quotient = Math.floor(rank / 2 ** ranked);
    quotients[i] = quotient;
    writer.put((rank - quotient * 2 ** ranked) * size + (value - high * size), width);
  }
  writer.align();
  if (code.unaryBytes > 0) for (const quotient of quotients) writer.putUnary(quotient);
  writer.align();
  return bytes;
}

/** Writes bits one behind the other, the highest first, into zeroed bytes. */
class BitWriter {
  readonly #bytes: Buffer;
  #at = 0;
  /** Bits that fill no byte yet, and how many. */
  #rest = 0;
  #bits = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  put(value: number, width: number): void {
    if (width > HALF_BITS) {
      const high = Math.floor(value / HALF);
      this.put(high, width - HALF_BITS);
      this.put(value - high * HALF, HALF_BITS);
      return;
    }
    let rest = (this.#rest << width) | value;
    let bits = this.#bits + width;
    while (bits >= 8) {
      bits -= 8;
      this.#bytes[this.#at++] = rest >>> bits;
    }
    rest &= (1 << bits) - 1;
    this.#rest = rest;
    this.#bits = bits;
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
