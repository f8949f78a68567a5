/** Width of a bucket and how many a sparkline has: fifteen minutes. */
export const SPARK_STEP_SECONDS = 5;
export const SPARK_BUCKETS = 180;

const STEP_MICROS = SPARK_STEP_SECONDS * 1_000_000;

/**
 * The last fifteen minutes of a stock in buckets of five seconds: the last price of each and its number of ticks.
 * A ring: its size never grows, and a tick costs the same at any rate.
 */
export class SparkRing {
  readonly #prices = new Float64Array(SPARK_BUCKETS).fill(Number.NaN);
  readonly #times = new Float64Array(SPARK_BUCKETS);
  readonly #counts = new Float64Array(SPARK_BUCKETS);
  /** Number of the newest bucket, counted from the epoch. */
  #head = 0;

  clear(): void {
    this.#prices.fill(Number.NaN);
    this.#times.fill(0);
    this.#counts.fill(0);
    this.#head = 0;
  }

  /** Adds ticks of one moment; what is older than fifteen minutes is left out. */
  add(micros: number, price: number, count = 1): void {
    const bucket = Math.floor(micros / STEP_MICROS);
    this.#advance(bucket);
    if (bucket <= this.#head - SPARK_BUCKETS) return;
    const slot = bucket % SPARK_BUCKETS;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + count;
    if (micros < (this.#times[slot] ?? 0)) return;
    this.#times[slot] = micros;
    this.#prices[slot] = price;
  }

  /** Ticks in the minute before `nowMicros`; the running bucket counts with the eleven before it. */
  ticksPerMinute(nowMicros: number): number {
    const last = Math.floor(nowMicros / STEP_MICROS);
    let sum = 0;
    for (let bucket = last - 11; bucket <= last; bucket++) {
      if (bucket <= this.#head && bucket > this.#head - SPARK_BUCKETS) sum += this.#counts[bucket % SPARK_BUCKETS] ?? 0;
    }
    return sum;
  }

  /** Calls back for each bucket of the fifteen minutes before `nowMicros` that has a price; `index` 0 is the oldest. */
  each(nowMicros: number, visit: (index: number, price: number) => void): void {
    const last = Math.floor(nowMicros / STEP_MICROS);
    for (let index = 0; index < SPARK_BUCKETS; index++) {
      const bucket = last - SPARK_BUCKETS + 1 + index;
      if (bucket > this.#head || bucket <= this.#head - SPARK_BUCKETS) continue;
      const price = this.#prices[((bucket % SPARK_BUCKETS) + SPARK_BUCKETS) % SPARK_BUCKETS] ?? Number.NaN;
      if (!Number.isNaN(price)) visit(index, price);
    }
  }

  #advance(bucket: number): void {
    if (bucket <= this.#head) return;
    const steps = this.#head === 0 ? SPARK_BUCKETS : Math.min(SPARK_BUCKETS, bucket - this.#head);
    for (let step = 0; step < steps; step++) {
      const slot = (bucket - step) % SPARK_BUCKETS;
      this.#prices[slot] = Number.NaN;
      this.#times[slot] = 0;
      this.#counts[slot] = 0;
    }
    this.#head = bucket;
  }
}
