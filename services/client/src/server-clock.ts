/** The two clocks of a machine, in ms: what time it says it is, which may be wrong or set anew, and one that only goes on. */
export interface Clocks {
  readonly wall: () => number;
  readonly steady: () => number;
}

/** Two clocks run apart by less than this part of the time that passes. */
const DRIFT = 2e-4;
/** The wall clock leaps by less than this when it is only corrected. */
const LEAP_MS = 500;

/**
 * What time it is on a server, from what its answers say. An answer that was made at some moment between question and
 * arrival bounds how far the server's time is ahead of this machine's steady clock; several answers do so tightly. Between
 * answers time goes on by the steady clock, so that a wall clock that is set anew changes nothing.
 */
export class ServerClock {
  readonly #clocks: Clocks;
  /** Server's time less steady time lies between these, as of {@link #boundedAt}. */
  #low = Number.NEGATIVE_INFINITY;
  #high = Number.POSITIVE_INFINITY;
  #boundedAt = 0;
  /** The latest live tick's time less steady time. */
  #ticked = Number.NEGATIVE_INFINITY;
  #ahead = Number.NaN;
  /** Wall time less steady time when they were last compared. */
  #apart: number;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
    this.#apart = clocks.wall() - clocks.steady();
  }

  /** Epoch ms; this machine's own time until an answer has come. */
  now(): number {
    this.look();
    const { wall, steady } = this.#clocks;
    return Number.isNaN(this.#ahead) ? wall() : steady() + this.#ahead;
  }

  /** How far off {@link now} may be, in ms. */
  get uncertainty(): number {
    const drift = (this.#clocks.steady() - this.#boundedAt) * DRIFT;
    return (this.#high - this.#low) / 2 + drift;
  }

  /** Seconds that this machine's clock is ahead of the server's (negative: behind); 0 where it may be less than `least`. */
  skewSeconds(least: number): number {
    if (Number.isNaN(this.#ahead)) return 0;
    const isSure = this.#apart - this.#high >= least * 1000 || this.#low - this.#apart >= least * 1000;
    return isSure ? (this.#apart - this.#ahead) / 1000 : 0;
  }

  /**
   * Compares the two clocks. When the wall clock has leapt ahead, either it was set, or the machine slept and the steady
   * clock stood still: until an answer tells which, ages must not look younger than they may be, so it counts as sleep.
   * One that has leapt back was set, which is no matter. @returns whether it has leapt
   */
  look(): boolean {
    const apart = this.#clocks.wall() - this.#clocks.steady();
    const leap = apart - this.#apart;
    this.#apart = apart;
    if (Math.abs(leap) < LEAP_MS) return false;
    if (leap > 0) {
      this.#high += leap;
      this.#ahead += leap;
    }
    return true;
  }

  /** Takes what an answer says: the server's time was within `time` at a moment between `sent` and `received` (steady). */
  note(time: { readonly from: number; readonly to: number }, sent: number, received: number): void {
    this.#widen();
    const [low, high] = [time.from - received, time.to - sent];
    if (low > this.#high || high < this.#low) {
      // They can't both be true: the server's clock was set, or this machine slept.
      [this.#low, this.#high] = [low, high];
      this.#ticked = Number.NEGATIVE_INFINITY;
    } else {
      this.#low = Math.max(this.#low, low);
      this.#high = Math.min(this.#high, high);
    }
    this.#settle();
  }

  /**
   * A live tick has come. It can't come from the future, so the server's time is at least its own — unless its publisher's
   * clock is ahead, by up to minutes. So it narrows what answers leave open, and never leads out of it.
   */
  noteTick(time: number): void {
    const ahead = time - this.#clocks.steady();
    if (Number.isNaN(this.#ahead) || ahead <= this.#ticked) return;
    this.#ticked = ahead;
    this.#settle();
  }

  #settle(): void {
    const low = Math.max(this.#low, Math.min(this.#ticked, this.#high));
    this.#ahead = (low + this.#high) / 2;
  }

  #widen(): void {
    const now = this.#clocks.steady();
    const drift = (now - this.#boundedAt) * DRIFT;
    this.#boundedAt = now;
    this.#low -= drift;
    this.#high += drift;
    this.#ticked -= drift;
  }
}
