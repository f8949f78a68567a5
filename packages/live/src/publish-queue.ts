import type { LaneName, SequencedTick } from '@tickwatch/core';

export interface QueueLimits {
  /** Ticks that wait in full, in all queues together; beyond that only the newest of each stock stays. */
  readonly maxQueued: number;
  /** Stocks that wait once conflated, in all queues together; beyond that the longest unchanged is given up. */
  readonly maxStocks: number;
}

/** What all queues hold together, and how many ticks they held that will not be sent. */
export interface QueueTotals {
  /** Ticks that wait in full. */
  queued: number;
  /** Stocks whose newest tick waits. */
  stocks: number;
  /** Ticks replaced by a newer one of their stock. */
  conflated: number;
  /** Ticks given up. */
  dropped: number;
}

/** A viewer that comes back gets up to 100 publications of each exchange at once: they must fit through its link soon. */
const MAX_TICKS = 1000;
const MAX_BYTES = 16 * 1024;
/** Member names, quotes, time and seq of one tick in a live message. */
const FIXED_BYTES = 112;
/** So many ticks that were taken stay in the list before it is cut. */
const MAX_TAKEN = 20_000;

/** What waits for one lane's viewers, in order of `seq`: everything, or in bad times the newest tick of each stock. */
export class PublishQueue {
  readonly lane: LaneName;
  readonly #maxStocks: number;
  readonly #totals: QueueTotals;
  #queue: SequencedTick[] = [];
  #head = 0;
  #newest: Map<string, SequencedTick> | undefined;

  constructor(lane: LaneName, maxStocks: number, totals: QueueTotals) {
    this.lane = lane;
    this.#maxStocks = maxStocks;
    this.#totals = totals;
  }

  get size(): number {
    return this.#newest?.size ?? this.queued;
  }

  /** Ticks that wait in full. */
  get queued(): number {
    return this.#queue.length - this.#head;
  }

  add(ticks: readonly SequencedTick[]): void {
    const newest = this.#newest;
    if (newest !== undefined) for (const tick of ticks) this.#put(newest, tick);
    else {
      for (const tick of ticks) this.#queue.push(tick);
      this.#totals.queued += ticks.length;
    }
  }

  /** Takes the next ticks that fit into one publication. */
  take(): SequencedTick[] {
    return this.#newest === undefined ? this.#takeQueued() : this.#takeNewest(this.#newest);
  }

  /** Returns ticks that could not be sent to the front, and conflates. */
  putBack(ticks: readonly SequencedTick[]): void {
    const waiting = this.#newest === undefined ? this.#queue.slice(this.#head) : [...this.#newest.values()];
    this.#totals.queued -= this.queued;
    this.#totals.stocks -= this.#newest?.size ?? 0;
    this.#queue = [];
    this.#head = 0;
    const newest = new Map<string, SequencedTick>();
    this.#newest = newest;
    for (const tick of ticks) this.#put(newest, tick);
    for (const tick of waiting) this.#put(newest, tick);
  }

  /** From now until the queue is empty only the newest tick of each stock waits. */
  conflate(): void {
    if (this.#newest === undefined) this.putBack([]);
  }

  #put(newest: Map<string, SequencedTick>, tick: SequencedTick): void {
    // Deleting first keeps the map in order of seq.
    if (newest.delete(tick.stock)) this.#totals.conflated++;
    else this.#totals.stocks++;
    newest.set(tick.stock, tick);
    if (this.#totals.stocks <= this.#maxStocks) return;
    for (const stock of newest.keys()) {
      newest.delete(stock);
      this.#totals.stocks--;
      this.#totals.dropped++;
      break;
    }
  }

  #takeQueued(): SequencedTick[] {
    const queue = this.#queue;
    let end = this.#head;
    for (let bytes = 0; end < queue.length && end - this.#head < MAX_TICKS; end++) {
      bytes += wireBytes(queue[end] as SequencedTick);
      if (bytes > MAX_BYTES && end > this.#head) break;
    }
    const taken = queue.slice(this.#head, end);
    this.#totals.queued -= taken.length;
    this.#head = end;
    if (end === queue.length || end > MAX_TAKEN) {
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
    this.#totals.stocks -= taken.length;
    if (newest.size === 0) this.#newest = undefined;
    return taken;
  }
}

/** At most this many bytes of JSON; measuring the text itself would cost as much as making it. */
function wireBytes(tick: SequencedTick): number {
  return FIXED_BYTES + tick.stock.length * 3 + tick.exchange.length + tick.price.length;
}
