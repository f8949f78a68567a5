/** What a preview may cost. */
export interface PreviewLimits {
  /** Ticks that are read one by one. */
  readonly ticks: number;
  readonly millis: number;
  /** Stocks (on an exchange each) that are looked at. */
  readonly stocks: number;
  /** Places that are told. */
  readonly places: number;
  /** So many ticks are read faster than it takes to find out more closely which of them are needed. */
  readonly few: number;
}

export const PREVIEW_LIMITS: PreviewLimits = { ticks: 1_000_000, millis: 10_000, stocks: 1000, places: 500, few: 2000 };

/** What is left of the work that a preview may do. */
export class PreviewBudget {
  readonly #until: number;
  #ticks: number;

  constructor({ ticks, millis }: PreviewLimits) {
    this.#ticks = ticks;
    this.#until = performance.now() + millis;
  }

  get isSpent(): boolean {
    return this.#ticks <= 0 || performance.now() > this.#until;
  }

  spend(ticks: number): void {
    this.#ticks -= ticks;
  }
}
