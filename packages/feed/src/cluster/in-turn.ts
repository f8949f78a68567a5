/**
 * Runs what is asked of a key one after another. On one connection commands keep their order by themselves; in a cluster a
 * redirected one could be overtaken by the next. What waits is bounded by whoever waits for it.
 */
export class InTurn {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<T>(key: string, call: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const done = before.then(call, call);
    this.#last.set(key, done);
    try {
      return await done;
    } finally {
      if (this.#last.get(key) === done) this.#last.delete(key);
    }
  }
}
