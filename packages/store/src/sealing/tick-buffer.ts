import { BLOCK_TICKS, type PriceColumn, priceText, type TickColumns } from '../sealed/index.ts';
import { MANTISSA_BOUND } from '../sealed/scaled-prices.ts';

/** `written` is a column of bytes, and ten to more than this is not exact. */
const MOST_DECIMALS = 22;

/** Ticks of one stock on one exchange in order of time, column by column; grows as they come. */
export class TickBuffer {
  count = 0;
  times = new Float64Array(2 * BLOCK_TICKS);
  seqs = new Float64Array(2 * BLOCK_TICKS);
  mantissas = new Float64Array(2 * BLOCK_TICKS);
  decimals = new Uint16Array(2 * BLOCK_TICKS);
  /** As `TickColumns` have them. */
  ranks = new Float64Array(2 * BLOCK_TICKS);
  /** Prices whose mantissa is NaN. */
  readonly texts = new Map<number, string>();

  add(time: number, seq: number, mantissa: number, decimals: number, text: string | undefined, rank: number): void {
    const i = this.count++;
    if (i === this.times.length) this.#grow();
    this.times[i] = time;
    this.seqs[i] = seq;
    this.mantissas[i] = mantissa;
    this.decimals[i] = decimals;
    this.ranks[i] = rank;
    if (text !== undefined) this.texts.set(i, text);
  }

  /** The first so many, until the buffer changes. */
  columns(count: number): TickColumns {
    return {
      count,
      times: this.times.subarray(0, count),
      seqs: this.seqs.subarray(0, count),
      ranks: this.ranks.subarray(0, count),
      prices: this.#prices(count),
    };
  }

  /** Forgets the first so many. */
  shift(count: number): void {
    for (const column of [this.times, this.seqs, this.mantissas, this.decimals, this.ranks]) {
      column.copyWithin(0, count, this.count);
    }
    this.count -= count;
    const kept = [...this.texts].filter(([i]) => i >= count);
    this.texts.clear();
    for (const [i, text] of kept) this.texts.set(i - count, text);
  }

  /** Puts the ticks from a place on in the order of (seq, price, decimals). */
  sortFrom(start: number): void {
    let isSorted = true;
    for (let i = start + 1; i < this.count && isSorted; i++) isSorted = this.#compare(i - 1, i) <= 0;
    if (isSorted) return;
    const places = Array.from({ length: this.count - start }, (_, i) => start + i);
    places.sort((a, b) => this.#compare(a, b));
    for (const column of [this.seqs, this.mantissas, this.decimals, this.ranks]) {
      column.set(
        places.map((i) => column[i] as number),
        start,
      );
    }
    const texts = places.map((i) => this.texts.get(i));
    texts.forEach((text, i) => {
      if (text === undefined) this.texts.delete(start + i);
      else this.texts.set(start + i, text);
    });
  }

  #compare(a: number, b: number): number {
    const bySeq = (this.seqs[a] as number) - (this.seqs[b] as number);
    if (bySeq !== 0) return bySeq;
    const [left, right] = [this.#exact(a), this.#exact(b)];
    const scale = Math.max(left.decimals, right.decimals);
    const difference =
      left.mantissa * 10n ** BigInt(scale - left.decimals) - right.mantissa * 10n ** BigInt(scale - right.decimals);
    return difference < 0n ? -1 : difference > 0n ? 1 : left.decimals - right.decimals;
  }

  #exact(i: number): { readonly mantissa: bigint; readonly decimals: number } {
    const text = this.texts.get(i);
    const mantissa = text === undefined ? BigInt(this.mantissas[i] as number) : BigInt(text.replace('.', ''));
    return { mantissa, decimals: this.decimals[i] as number };
  }

  #prices(count: number): PriceColumn {
    let [most, least] = [0, MOST_DECIMALS + 1];
    for (let i = 0; i < count; i++) {
      const decimals = this.decimals[i] as number;
      if (decimals > most) most = decimals;
      if (decimals < least) least = decimals;
    }
    if (most > MOST_DECIMALS || this.#hasText(count)) return { kind: 'texts', texts: this.#priceTexts(count) };
    if (most === least) {
      return { kind: 'scaled', mantissas: this.mantissas.subarray(0, count), scale: most, written: undefined };
    }
    const mantissas = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const mantissa = (this.mantissas[i] as number) * 10 ** (most - (this.decimals[i] as number));
      if (!(Math.abs(mantissa) < MANTISSA_BOUND)) return { kind: 'texts', texts: this.#priceTexts(count) };
      mantissas[i] = mantissa;
    }
    return { kind: 'scaled', mantissas, scale: most, written: Uint8Array.from(this.decimals.subarray(0, count)) };
  }

  #hasText(count: number): boolean {
    for (const i of this.texts.keys()) if (i < count) return true;
    return false;
  }

  #priceTexts(count: number): string[] {
    return Array.from({ length: count }, (_, i) => {
      const text = this.texts.get(i);
      if (text !== undefined) return text;
      const mantissas = this.mantissas.subarray(i, i + 1);
      return priceText({ kind: 'scaled', mantissas, scale: this.decimals[i] as number, written: undefined }, 0);
    });
  }

  #grow(): void {
    const grown = <T extends Float64Array | Uint16Array>(column: T, into: T): T => {
      into.set(column);
      return into;
    };
    const room = 2 * this.times.length;
    this.times = grown(this.times, new Float64Array(room));
    this.seqs = grown(this.seqs, new Float64Array(room));
    this.mantissas = grown(this.mantissas, new Float64Array(room));
    this.decimals = grown(this.decimals, new Uint16Array(room));
    this.ranks = grown(this.ranks, new Float64Array(room));
  }
}
