/** So many prices of a stock are looked back on. */
const SIZE = 31;

const sorted = new Float64Array(SIZE);

export interface Spread {
  /** Of the prices; of an even number of them, the lower one in the middle. */
  readonly median: number;
  /** Median of their distances from that. */
  readonly deviation: number;
}

/** The last prices of a stock. */
export class PriceWindow {
  readonly #prices = new Float64Array(SIZE);
  #at = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(price: number): void {
    this.#prices[this.#at] = price;
    this.#at = this.#at === SIZE - 1 ? 0 : this.#at + 1;
    if (this.#count < SIZE) this.#count++;
  }

  /** Forgets all but the last ones. */
  keep(count: number): void {
    const last = this.last(count);
    this.#at = 0;
    this.#count = 0;
    for (const price of last) this.add(price);
  }

  last(count: number): readonly number[] {
    return Array.from({ length: count }, (_, i) => this.#prices[(this.#at - count + i + SIZE) % SIZE] as number);
  }

  /** There has to be a price. */
  spread(): Spread {
    const count = this.#sort();
    const middle = (count - 1) >> 1;
    const median = sorted[middle] as number;
    // Seen from the median, the distances to either side are in order.
    let below = middle;
    let above = middle + 1;
    let deviation = 0;
    for (let taken = 0; taken <= middle; taken++) {
      const down = below < 0 ? Number.POSITIVE_INFINITY : median - (sorted[below] as number);
      const up = above >= count ? Number.POSITIVE_INFINITY : (sorted[above] as number) - median;
      deviation = Math.min(down, up);
      if (down <= up) below--;
      else above++;
    }
    return { median, deviation };
  }

  #sort(): number {
    for (let i = 0; i < this.#count; i++) {
      const price = this.#prices[i] as number;
      let at = i;
      for (; at > 0 && (sorted[at - 1] as number) > price; at--) sorted[at] = sorted[at - 1] as number;
      sorted[at] = price;
    }
    return this.#count;
  }
}
