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

  /** @param away what it has to do without until it comes back */
  ready(address: string, away: readonly string[]): void {
    const without = away.length === 0 ? '' : ` (${away.join(' and ')} away)`;
    this.#log.info({ event: 'ready', address, away }, `open ${address}${without}`);
  }
}
