/** What a source gives, and the next of it is made meanwhile. */
export class OneAhead<T> {
  readonly #source: AsyncIterator<T, void>;
  /** Whether the next is to be made before this one was used. */
  readonly #isWorth: (value: T) => boolean;
  #isMaking = false;

  constructor(source: AsyncIterator<T, void>, isWorth: (value: T) => boolean) {
    this.#source = source;
    this.#isWorth = isWorth;
  }

  /** False: whoever leaves now leaves nothing unfinished. */
  get isMaking(): boolean {
    return this.#isMaking;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (let next = this.#next(); ; ) {
      const { value, done } = await next;
      if (done === true) return;
      if (this.#isWorth(value)) next = this.#next();
      yield value;
      if (!this.#isWorth(value)) next = this.#next();
    }
  }

  #next(): Promise<IteratorResult<T, void>> {
    this.#isMaking = true;
    const next = this.#source.next().finally(() => {
      this.#isMaking = false;
    });
    // Nobody waits for it where this one's reader leaves.
    next.catch(() => {});
    return next;
  }
}
