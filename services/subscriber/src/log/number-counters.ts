/** So many publishers' counts are kept for a lane. */
const MAX_COUNTS = 8;
/** So many messages in a row are not lost unnoticed: it is another publisher's count. */
const MAX_MISSING = 1e9;

/**
 * How far the publishers of a lane have counted their messages: what is missing in between shows. Who publishes which
 * message is not said: a publisher that begins above the others' numbers looks like a hole, one that begins at 0 or 1 not.
 */
export class NumberCounters {
  /** The last number of each count, the one that was used last at the end. Publishers in step have equal ones. */
  readonly #counts: number[];

  /** @param counts as {@link list} gave them */
  constructor(counts: readonly number[] = []) {
    this.#counts = counts.slice(-MAX_COUNTS);
  }

  /** At most eight; the one that was used last at the end. */
  list(): readonly number[] {
    return [...this.#counts];
  }

  /**
   * Takes numbers that follow each other. They go on from the count that ends right before them, or else from the nearest
   * below. Where there is none, or `first` was there before, another publisher counts, or one that began anew.
   * @returns how many are missing before `first`
   */
  take(first: number, last: number): number {
    const at = this.#counts.indexOf(this.#before(first));
    const missing = at < 0 ? 0 : first - (this.#counts[at] as number) - 1;
    if (at >= 0) this.#counts.splice(at, 1);
    else if (this.#counts.length === MAX_COUNTS) this.#counts.shift();
    this.#counts.push(last);
    return missing;
  }

  /** The count that goes on with `first`; NaN: none. */
  #before(first: number): number {
    if (this.#counts.includes(first - 1)) return first - 1;
    if (this.#counts.includes(first)) return Number.NaN;
    const nearest = Math.max(...this.#counts.filter((count) => count < first));
    return first - nearest - 1 <= MAX_MISSING ? nearest : Number.NaN;
  }
}
