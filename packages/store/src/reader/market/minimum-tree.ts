/** Finds, among many numbers, the last one of a stretch that is below a bound, in as many steps as their number has bits. */
export class MinimumTree {
  readonly #size: number;
  /** Node n has the least of 2n and 2n + 1; the numbers themselves begin at `size`. */
  readonly #least: Float64Array;

  constructor(values: readonly number[]) {
    this.#size = 1 << Math.ceil(Math.log2(Math.max(2, values.length)));
    this.#least = new Float64Array(2 * this.#size).fill(Number.POSITIVE_INFINITY);
    this.#least.set(values, this.#size);
    for (let node = this.#size - 1; node > 0; node--) {
      this.#least[node] = Math.min(this.#least[2 * node] as number, this.#least[2 * node + 1] as number);
    }
  }

  /** The last place in `from` … `until - 1` whose number is below a bound; -1: none. */
  lastBelow(bound: number, from: number, until: number): number {
    // Subtrees that fill the stretch, the last one first.
    let [left, right] = [from + this.#size, until + this.#size];
    let found = -1;
    const early: number[] = [];
    while (left < right && found < 0) {
      if ((left & 1) === 1) early.push(left++);
      if ((right & 1) === 1 && this.#isBelow(--right, bound)) found = right;
      left >>= 1;
      right >>= 1;
    }
    for (let i = early.length - 1; i >= 0 && found < 0; i--) {
      if (this.#isBelow(early[i] as number, bound)) found = early[i] as number;
    }
    if (found < 0) return -1;
    while (found < this.#size) found = this.#isBelow(2 * found + 1, bound) ? 2 * found + 1 : 2 * found;
    return found - this.#size;
  }

  #isBelow(node: number, bound: number): boolean {
    return (this.#least[node] as number) < bound;
  }
}
