import type { SequencedTick } from '@tickwatch/core';

export interface LaneLimits {
  /** Ticks that wait in full; beyond that only the newest of each stock stays. */
  readonly maxQueued: number;
  /** Stocks that wait once conflated; beyond that the longest unchanged stock is given up. */
  readonly maxStocks: number;
}

/** Counts of ticks that will not be sent: replaced by a newer one of their stock, or given up. */
export interface Losses {
  conflated: number;
  dropped: number;
}

/** A publication is kept well below the 64 KiB that WebSocket clients and proxies commonly accept. */
const MAX_TICKS = 1000;
const MAX_BYTES = 60 * 1024;
/** Member names, quotes, time and seq of one tick in a live message. */
const FIXED_BYTES = 112;

/** What waits for one exchange, in order of `seq`: everything, or in bad times the newest tick of each stock. */
export class TickLane {
  readonly exchange: string;
  readonly #limits: LaneLimits;
  readonly #losses: Losses;
  #queue: SequencedTick[] = [];
  #head = 0;
  #newest: Map<string, SequencedTick> | undefined;

  constructor(exchange: string, limits: LaneLimits, losses: Losses) {
    this.exchange = exchange;
    this.#limits = limits;
    this.#losses = losses;
  }

  get size(): number {
    return this.#newest?.size ?? this.#queue.length - this.#head;
  }

  add(ticks: readonly SequencedTick[]): void {
    if (this.#newest === undefined && this.size + ticks.length > this.#limits.maxQueued) this.conflate();
    for (const tick of ticks) this.#put(tick);
  }

  /** Takes the next ticks that fit into one publication. */
  take(): SequencedTick[] {
    return this.#newest === undefined ? this.#takeQueued() : this.#takeNewest(this.#newest);
  }

  /** Returns ticks that could not be sent to the front, and conflates. */
  putBack(ticks: readonly SequencedTick[]): void {
    const waiting = this.#waiting();
    this.#newest = new Map();
    for (const tick of ticks) this.#put(tick);
    for (const tick of waiting) this.#put(tick);
  }

  /** From now until the lane is empty only the newest tick of each stock waits. */
  conflate(): void {
    if (this.#newest === undefined) this.putBack([]);
  }

  #put(tick: SequencedTick): void {
    const newest = this.#newest;
    if (newest === undefined) {
      this.#queue.push(tick);
      return;
    }
    // Deleting first keeps the map in order of seq.
    if (newest.delete(tick.stock)) this.#losses.conflated++;
    newest.set(tick.stock, tick);
    if (newest.size > this.#limits.maxStocks) {
      for (const stock of newest.keys()) {
        newest.delete(stock);
        this.#losses.dropped++;
        break;
      }
    }
  }

  #waiting(): SequencedTick[] {
    if (this.#newest !== undefined) return [...this.#newest.values()];
    const waiting = this.#queue.slice(this.#head);
    this.#queue = [];
    this.#head = 0;
    return waiting;
  }

  #takeQueued(): SequencedTick[] {
    const queue = this.#queue;
    let end = this.#head;
    for (let bytes = 0; end < queue.length && end - this.#head < MAX_TICKS; end++) {
      bytes += wireBytes(queue[end] as SequencedTick);
      if (bytes > MAX_BYTES && end > this.#head) break;
    }
    const taken = queue.slice(this.#head, end);
    this.#head = end;
    if (end === queue.length || end > this.#limits.maxQueued) {
      this.#queue = queue.slice(end);
      this.#head = 0;
    }
    return taken;
  }

  #takeNewest(newest: Map<string, SequencedTick>): SequencedTick[] {
    const taken: SequencedTick[] = [];
    let bytes = 0;
    for (const tick of newest.values()) {
      bytes += wireBytes(tick);
      if (taken.length === MAX_TICKS || (bytes > MAX_BYTES && taken.length > 0)) break;
      taken.push(tick);
      newest.delete(tick.stock);
    }
    if (newest.size === 0) this.#newest = undefined;
    return taken;
  }
}

/** At most this many bytes of JSON; measuring the text itself would cost as much as making it. */
function wireBytes(tick: SequencedTick): number {
  return FIXED_BYTES + tick.stock.length * 3 + tick.exchange.length + tick.price.length;
}
