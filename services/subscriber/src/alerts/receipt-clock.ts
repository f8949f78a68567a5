import { type EpochMicros, nowMicros } from '@tickwatch/core';
import { sleep } from '@tickwatch/runtime';

/** A server that does not say its time by then is not waited for. */
const LONGEST_MS = 1000;

/** The clock by which messages are received: of this process, or of the server that keeps them. */
export class ReceiptClock {
  readonly #now: () => Promise<EpochMicros>;
  #ahead = 0;

  constructor(now: () => Promise<EpochMicros>) {
    this.#now = now;
  }

  /** By how many µs it was ahead of this process's own when it was read last. */
  get ahead(): number {
    return this.#ahead;
  }

  /** @returns what it says, or what it should say where it can't be asked */
  async read(): Promise<EpochMicros> {
    const asked = nowMicros();
    const ended = new AbortController();
    try {
      const now = await Promise.race([this.#now(), sleep(LONGEST_MS, ended.signal)]);
      if (now !== undefined) this.#ahead = now - asked;
    } catch {
      // That the server is away is told by its connection.
    } finally {
      ended.abort();
    }
    return (asked + this.#ahead) as EpochMicros;
  }
}
