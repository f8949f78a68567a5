/** Of more than these the oldest is given up. */
const MAX_PLACES = 64;

/** Counted in the bytes that a channel has published. */
interface Place {
  readonly at: number;
  /** By `performance.now()`. */
  readonly until: number;
}

/**
 * The places of listeners whose connection was cut a moment ago: what they have not read yet must stay in the history until
 * they are back, or have had the time.
 */
export class CutPlaces {
  readonly #maxBytes: number;
  readonly #waitMs: number;
  #places: Place[] = [];
  #wake: () => void = () => {};

  /** @param maxBytes so many the history keeps */
  constructor(maxBytes: number, waitMs: number) {
    this.#maxBytes = maxBytes;
    this.#waitMs = waitMs;
  }

  /** @param at up to where the listener had surely read */
  add(at: number): void {
    if (this.#places.length === MAX_PLACES) this.#places.shift();
    this.#places.push({ at, until: performance.now() + this.#waitMs });
  }

  /** One came back that has read up to here. Whose place it was isn't known: the others stay safe when it is the furthest. */
  take(at: number): void {
    const furthest = Math.max(...this.#places.map((place) => place.at).filter((place) => place <= at));
    const index = this.#places.findIndex((place) => place.at === furthest);
    if (index < 0) return;
    this.#places.splice(index, 1);
    this.#wake();
  }

  clear(): void {
    this.#places = [];
    this.#wake();
  }

  /** Resolves when the channel may publish up to here. */
  async room(upTo: number): Promise<void> {
    for (;;) {
      const now = performance.now();
      this.#places = this.#places.filter(({ until }) => until > now);
      const inNeed = this.#places.filter(({ at }) => upTo - at > this.#maxBytes);
      if (inNeed.length === 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(...inNeed.map(({ until }) => until)) - now);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
