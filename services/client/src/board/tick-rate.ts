const STEP_MICROS = 5_000_000;
const BUCKETS = 12;
const MINUTE_MICROS = STEP_MICROS * BUCKETS;

/**
 * Ticks in the last minute. What the API says counts until live ticks have been counted for a minute: a count of a part
 * of it would be too small.
 */
export class TickRate {
  #counts: Uint32Array | undefined;
  /** Number of the newest bucket, counted from the epoch. */
  #head = 0;
  /** Live ticks are counted from this moment on, epoch µs. */
  #since = Number.POSITIVE_INFINITY;
  #told: number | undefined;

  /** Takes what the API said of the last whole minute. @param told 0: the stock was not there before */
  begin(sinceMicros: number, told: number): void {
    this.#since = sinceMicros;
    this.#told = told;
  }

  /** Counts ticks up to a moment. What came late was not in the minute that runs. */
  count(micros: number, ticks = 1): void {
    const bucket = Math.floor(micros / STEP_MICROS);
    if (bucket <= this.#head - BUCKETS) return;
    this.#counts ??= new Uint32Array(BUCKETS);
    const steps = Math.min(BUCKETS, Math.max(0, bucket - this.#head));
    for (let step = 0; step < steps; step++) this.#counts[(bucket - step) % BUCKETS] = 0;
    this.#head = Math.max(this.#head, bucket);
    const slot = bucket % BUCKETS;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + ticks;
  }

  /** Ticks in the minute before `nowMicros`; undefined: not known. The running bucket counts with the eleven before it. */
  perMinute(nowMicros: number): number | undefined {
    const counted = this.#count(nowMicros);
    if (nowMicros - this.#since >= MINUTE_MICROS) return counted;
    return this.#told === undefined ? undefined : Math.max(this.#told, counted);
  }

  #count(nowMicros: number): number {
    if (this.#counts === undefined) return 0;
    const last = Math.floor(nowMicros / STEP_MICROS);
    let sum = 0;
    for (let bucket = Math.max(last, this.#head) - BUCKETS + 1; bucket <= Math.min(last, this.#head); bucket++) {
      if (bucket > this.#head - BUCKETS) sum += this.#counts[bucket % BUCKETS] ?? 0;
    }
    return sum;
  }
}
