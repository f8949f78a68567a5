/** Of more than these the oldest is given up. */
const MAX_PLACES = 64;

/**
 * The places of listeners whose connection was cut a moment ago: what they have not read yet must stay in the history until
 * they are back, or have had the time.
 */
export class CutPlaces {
  readonly #maxBytes: number;
  readonly #waitMs: number;
  #total = 0;
  #places: { readonly total: number; readonly until: number }[] = [];
  #wake: () => void = () => {};

  /** @param maxBytes so many the history keeps */
  constructor(maxBytes: number, waitMs: number) {
    this.#maxBytes = maxBytes;
    this.#waitMs = waitMs;
  }

  /** @param unread bytes that the listener may not have read when it was cut */
  add(unread: number): void {
    if (this.#places.length === MAX_PLACES) this.#places.shift();
    this.#places.push({ total: this.#total - unread, until: performance.now() + this.#waitMs });
  }

  /** One came back. */
  take(): void {
    this.#places.shift();
    this.#wake();
  }

  clear(): void {
    this.#places = [];
    this.#wake();
  }

  published(bytes: number): void {
    this.#total += bytes;
  }

  /** Resolves when so many bytes may be published. */
  async room(bytes: number): Promise<void> {
    for (;;) {
      const now = performance.now();
      this.#places = this.#places.filter(({ until }) => until > now);
      const [oldest] = this.#places;
      const lowest = Math.min(...this.#places.map(({ total }) => total));
      if (oldest === undefined || this.#total + bytes - lowest <= this.#maxBytes) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, oldest.until - now);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
