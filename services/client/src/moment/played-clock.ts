/** How fast the past can be played. */
export const SPEEDS = [0.1, 0.5, 1, 2, 5, 10, 60, 300, 1000] as const;

/**
 * What time it is in the past that is shown: it stands still or goes on at a speed, and never beyond what is known of
 * the ticks to come. All times in epoch µs.
 */
export class PlayedClock {
  readonly #steady: () => number;
  #at: number;
  /** When it stood at `#at`, by the steady clock. */
  #since: number;
  #speed: number;
  #playing = false;
  #until = Number.NEGATIVE_INFINITY;

  /** @param steady ms of a clock that only goes on */
  constructor(at: number, speed: number, steady: () => number) {
    this.#at = at;
    this.#speed = speed;
    this.#steady = steady;
    this.#since = steady();
  }

  /** A whole number. */
  now(): number {
    if (!this.#playing) return this.#at;
    const ran = this.#at + Math.floor((this.#steady() - this.#since) * 1000 * this.#speed);
    return Math.max(this.#at, Math.min(ran, this.#until));
  }

  /** True where it would go on and does not know what comes. */
  get waits(): boolean {
    return this.#playing && this.now() >= this.#until;
  }

  /** Every tick up to this moment is there: it may go on until then. */
  allow(until: number): void {
    this.#stand();
    this.#until = until;
  }

  /** Leaves out what lies before a moment, as far as is known that nothing comes until then. */
  skip(to: number): void {
    this.#stand();
    this.#at = Math.max(this.#at, Math.min(to, this.#until));
  }

  run(playing: boolean, speed: number): void {
    this.#stand();
    this.#playing = playing;
    this.#speed = speed;
  }

  /** What it waited for does not count: it goes on from where it stands. */
  #stand(): void {
    this.#at = this.now();
    this.#since = this.#steady();
  }
}
