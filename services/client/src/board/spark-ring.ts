/** Width of a bucket and how many a sparkline has: fifteen minutes. */
export const SPARK_STEP_SECONDS = 15;
export const SPARK_BUCKETS = 60;

const STEP_MICROS = SPARK_STEP_SECONDS * 1_000_000;

/**
 * The last fifteen minutes of a stock in buckets of a quarter of a minute: the last price of each. A ring: its size never
 * grows, and a tick costs the same at any rate. Of a stock without a price in that time it takes no memory, for a board
 * may have tens of thousands of them.
 */
export class SparkRing {
  #prices: Float64Array | undefined;
  /** When the price of a bucket was, in ms from the bucket's begin. */
  #offsets: Uint16Array | undefined;
  /** Number of the newest bucket, counted from the epoch. */
  #head = 0;

  clear(): void {
    this.#prices = undefined;
    this.#offsets = undefined;
    this.#head = 0;
  }

  /** Adds a tick of a moment; what is older than fifteen minutes is left out. */
  add(micros: number, price: number): void {
    const bucket = Math.floor(micros / STEP_MICROS);
    if (bucket <= this.#head - SPARK_BUCKETS) return;
    const [prices, offsets] = this.#reach(bucket);
    const slot = bucket % SPARK_BUCKETS;
    const offset = Math.floor((micros - bucket * STEP_MICROS) / 1000);
    // Of one moment, the last to come counts.
    if (offset < (offsets[slot] ?? 0) && !Number.isNaN(prices[slot])) return;
    offsets[slot] = offset;
    prices[slot] = price;
  }

  /** Adds what a minute ended with. A live tick of that minute's end knows better. @param start of the minute, epoch µs */
  addMinute(start: number, close: number): void {
    const bucket = Math.floor(start / STEP_MICROS) + 60 / SPARK_STEP_SECONDS - 1;
    if (bucket <= this.#head - SPARK_BUCKETS) return;
    const [prices] = this.#reach(bucket);
    const slot = bucket % SPARK_BUCKETS;
    if (Number.isNaN(prices[slot])) prices[slot] = close;
  }

  /** Calls back for each bucket of the fifteen minutes before `nowMicros` that has a price; `index` 0 is the oldest. */
  each(nowMicros: number, visit: (index: number, price: number) => void): void {
    const prices = this.#prices;
    if (prices === undefined) return;
    const last = Math.floor(nowMicros / STEP_MICROS);
    for (let index = 0; index < SPARK_BUCKETS; index++) {
      const bucket = last - SPARK_BUCKETS + 1 + index;
      if (bucket > this.#head || bucket <= this.#head - SPARK_BUCKETS) continue;
      const price = prices[bucket % SPARK_BUCKETS] ?? Number.NaN;
      if (!Number.isNaN(price)) visit(index, price);
    }
  }

  /** Makes room up to a bucket. */
  #reach(bucket: number): readonly [prices: Float64Array, offsets: Uint16Array] {
    this.#prices ??= new Float64Array(SPARK_BUCKETS).fill(Number.NaN);
    this.#offsets ??= new Uint16Array(SPARK_BUCKETS);
    const steps = Math.min(SPARK_BUCKETS, Math.max(0, bucket - this.#head));
    for (let step = 0; step < steps; step++) {
      const slot = (bucket - step) % SPARK_BUCKETS;
      this.#prices[slot] = Number.NaN;
      this.#offsets[slot] = 0;
    }
    this.#head = Math.max(this.#head, bucket);
    return [this.#prices, this.#offsets];
  }
}
