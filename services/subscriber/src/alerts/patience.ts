/** So many tries to read what rules need may fail, for so long, while the database does all else. */
const MAX_FAILURES = 3;
const MAX_MS = 5000;
/** Then they are left for so long. */
const REST_MS = 30_000;

/**
 * Tells a database that is away, which everything waits for, from one that does its work and can't be asked about alerts: no
 * tick waits for that.
 */
export class Patience {
  readonly #now: () => number;
  #failures = 0;
  #since = 0;
  #restsUntil = 0;

  /** @param now ms, of a clock that is never set */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get isResting(): boolean {
    return this.#now() < this.#restsUntil;
  }

  worked(): void {
    this.#failures = 0;
  }

  /** @param ping throws where the database is away @returns true: it is no use to wait any longer */
  async failed(ping: () => Promise<unknown>): Promise<boolean> {
    const isThere = await ping().then(
      () => true,
      () => false,
    );
    const now = this.#now();
    if (!isThere) this.#failures = 0;
    else if (this.#failures++ === 0) this.#since = now;
    if (this.#failures < MAX_FAILURES || now - this.#since < MAX_MS) return false;
    this.#restsUntil = now + REST_MS;
    return true;
  }
}
