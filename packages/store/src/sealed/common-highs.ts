import type { Values } from './sort-values.ts';

/** More are not worth their place, four bytes each, in 4096 ticks. */
const MOST_VALUES = 48;

/** The different high parts of some values, the most frequent first. */
export class CommonHighs {
  count = 0;
  readonly highs = new Float64Array(MOST_VALUES);
  readonly times = new Uint32Array(MOST_VALUES);

  /** @returns false: there are too many, or one that is not below `bound`. */
  find(sorted: Values, least: number, low: number, bound: number): boolean {
    const size = 2 ** low;
    let count = 0;
    for (let start = 0; start < sorted.length; ) {
      if (count === MOST_VALUES) return false;
      const high = Math.floor(((sorted[start] as number) - least) / size);
      if (high >= bound) return false;
      const end = firstFrom(sorted, start + 1, least + (high + 1) * size);
      this.#put(count++, high, end - start);
      start = end;
    }
    this.count = count;
    return true;
  }

  /** Keeps them in order. Of two that are as frequent, the lower one comes first, as it is put first. */
  #put(count: number, high: number, times: number): void {
    let at = count;
    for (; at > 0 && (this.times[at - 1] as number) < times; at--) {
      this.highs[at] = this.highs[at - 1] as number;
      this.times[at] = this.times[at - 1] as number;
    }
    this.highs[at] = high;
    this.times[at] = times;
  }
}

/** The place of the first value that is not below a bound. */
function firstFrom(sorted: Values, from: number, bound: number): number {
  let low = from;
  let high = sorted.length;
  // Most end soon.
  for (let step = 1; low + step < high; step *= 2) {
    if ((sorted[low + step] as number) >= bound) {
      high = low + step;
      break;
    }
    low += step;
  }
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
