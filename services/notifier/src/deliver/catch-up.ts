/** So often at most: one that is well and unwell in turn is not sent all that it refuses each time. */
const EVERY_MS = 30_000;

/** When what waits for a later try to a receiver is to be tried at once: it takes again what it is sent, or is another. */
export class CatchUp {
  readonly #hurry: () => Promise<void>;
  #isWanted = false;
  /** A moment of the monotonic clock, ms. */
  #notBefore = Number.NEGATIVE_INFINITY;

  constructor(hurry: () => Promise<void>) {
    this.#hurry = hurry;
  }

  get isDue(): boolean {
    return this.#isWanted && performance.now() >= this.#notBefore;
  }

  want(): void {
    this.#isWanted = true;
  }

  /** However long ago the last one was. */
  wantNow(): void {
    this.#isWanted = true;
    this.#notBefore = Number.NEGATIVE_INFINITY;
  }

  async run(): Promise<void> {
    await this.#hurry();
    this.#isWanted = false;
    this.#notBefore = performance.now() + EVERY_MS;
  }
}
