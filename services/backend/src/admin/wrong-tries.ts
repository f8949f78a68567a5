import { clientKey } from '@tickwatch/core';

/** Wrong tokens of one address in one minute; behind them none of that address is looked at until it is over. */
export const WRONG_TRIES = 10;
const WINDOW_MS = 60_000;
/** Addresses that are remembered; the oldest make room. */
const MOST_CLIENTS = 10_000;

interface Tries {
  readonly until: number;
  count: number;
}

/**
 * Counts wrong tokens by the address that they come from (of IPv6, its /64), so that nobody tries many, and nobody is
 * locked out by what others try.
 */
export class WrongTries {
  readonly #clients = new Map<string, Tries>();
  readonly #now: () => number;

  /** @param now monotonic, in ms */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whole seconds until a token of this address is looked at again; 0: now. */
  waitSeconds(address: string): number {
    const tries = this.#clients.get(clientKey(address));
    if (tries === undefined || tries.count < WRONG_TRIES) return 0;
    return Math.max(0, Math.ceil((tries.until - this.#now()) / 1000));
  }

  note(address: string): void {
    const key = clientKey(address);
    const now = this.#now();
    const known = this.#clients.get(key);
    if (known !== undefined && known.until > now) {
      known.count++;
      return;
    }
    this.#clients.delete(key);
    this.#makeRoom(now);
    this.#clients.set(key, { until: now + WINDOW_MS, count: 1 });
  }

  /** Windows are equally long: the first of the map is the first that ends. */
  #makeRoom(now: number): void {
    for (const [key, { until }] of this.#clients) {
      if (until > now && this.#clients.size < MOST_CLIENTS) return;
      this.#clients.delete(key);
    }
  }
}
