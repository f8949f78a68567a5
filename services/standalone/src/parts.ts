import type { Logger } from '@tickwatch/runtime';

/** Tells how the start goes, a line of the log for each part as it comes up. */
export class Parts {
  readonly #log: Logger;
  readonly #signal: AbortSignal;

  /** @param signal when it aborts, the start goes no further than the part it is at */
  constructor(log: Logger, signal: AbortSignal) {
    this.#log = log;
    this.#signal = signal;
  }

  /** What takes its time now. */
  working(part: string, text: string): void {
    this.#log.info({ event: 'working', part }, text);
  }

  /** @throws the signal's reason: the process is to stop */
  up(part: string, text: string): void {
    this.#log.info({ event: 'part', part }, text);
    this.#signal.throwIfAborted();
  }

  /** @param isDatabaseThere false: it serves, and does without until the database is there */
  ready(address: string, isDatabaseThere: boolean): void {
    const without = isDatabaseThere ? '' : ' (database away)';
    this.#log.info(
      { event: 'ready', address, database: isDatabaseThere ? 'there' : 'away' },
      `open ${address}${without}`,
    );
  }
}
