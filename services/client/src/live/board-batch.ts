import { type BoardMessage, exchangeOf, type LaneName, type LiveTick, parseTime } from '@tickwatch/core';

/** The newest tick of a stock as a board takes it, and those that it stands for. */
export interface BoardTick {
  readonly stock: string;
  readonly price: number;
  /** Epoch µs. */
  readonly time: number;
  /** How many ticks it stands for, itself included. */
  readonly count: number;
  /** They are numbered behind `after`, up to `seq` at most. */
  readonly after: number;
  readonly seq: number;
  /** Prices of those that are not shown, higher or lower than what was told of late. */
  readonly beyond?: readonly number[] | undefined;
}

/** What a board hears of one lane: of its ticks numbered behind `after` up to `seq`, the newest of some stocks. */
export interface BoardBatch {
  readonly lane: LaneName;
  readonly exchange: string;
  readonly after: number;
  readonly seq: number;
  readonly ticks: readonly BoardTick[];
}

/** Whether a batch tells nothing new to whoever has the ticks up to `seq`. One that counts no tick tells of stocks that had no room before. */
export function isBehind({ after, seq }: BoardBatch, reached: number): boolean {
  return seq < reached || (seq === reached && after < seq);
}

export function batchOf({ lane, seq, time, ticks: counted, rows, counts, beyond = [] }: BoardMessage): BoardBatch {
  const after = seq - counted;
  const more = new Map<number, number[]>();
  for (let i = 0; i < beyond.length; i += 2) {
    const row = beyond[i] as number;
    more.set(row, [...(more.get(row) ?? []), beyond[i + 1] as number]);
  }
  const ticks: BoardTick[] = [];
  for (let row = 0; row * 3 < rows.length; row++) {
    ticks.push({
      stock: rows[row * 3] as string,
      price: rows[row * 3 + 1] as number,
      time: time + (rows[row * 3 + 2] as number),
      count: counts?.[row] ?? 1,
      ...{ after, seq, beyond: more.get(row) },
    });
  }
  return { lane, exchange: exchangeOf(lane), after, seq, ticks };
}

/** Ticks of one lane, in order, as batches without a gap within. */
export function batchesOf(lane: LaneName, ticks: readonly LiveTick[]): readonly BoardBatch[] {
  const exchange = exchangeOf(lane);
  const batches: (BoardBatch & { seq: number; ticks: BoardTick[] })[] = [];
  for (const { stock_name: stock, price, timestamp, seq } of ticks) {
    const after = seq - 1;
    let batch = batches.at(-1);
    if (batch?.seq !== after) {
      batch = { lane, exchange, after, seq, ticks: [] };
      batches.push(batch);
    }
    batch.seq = seq;
    batch.ticks.push({ stock, price, time: parseTime(timestamp) ?? 0, count: 1, after, seq });
  }
  return batches;
}

/** Prices, and longer than any load takes. */
const MOST_KEPT = 40_000;
const KEPT_MS = 60_000;

/** The last batches of one lane without a gap between them, for what is loaded meanwhile. Bounded; the oldest go first. */
export class RecentBatches {
  #batches: BoardBatch[] = [];
  /** When each came. */
  #times: number[] = [];
  #size = 0;
  #seq = 0;
  /** Time of the newest tick. */
  #time = 0;

  get batches(): readonly BoardBatch[] {
    return this.#batches;
  }

  /** @returns `repeated`: it came before; `restarted`: the feed began to count anew */
  add(batch: BoardBatch): 'fresh' | 'repeated' | 'restarted' {
    const time = batch.ticks.reduce((newest, tick) => Math.max(newest, tick.time), 0);
    const isBack = isBehind(batch, this.#seq);
    // What is sent twice holds the same times again; lower numbers with later times are another count.
    if (isBack && time <= this.#time) return 'repeated';
    if (isBack || batch.after > this.#seq) [this.#batches, this.#times, this.#size] = [[], [], 0];
    [this.#seq, this.#time] = [batch.seq, isBack ? time : Math.max(this.#time, time)];
    this.#batches.push(batch);
    this.#times.push(performance.now());
    this.#size += 1 + batch.ticks.length;
    // In large steps: shifting the array for every batch would cost more than keeping a few more.
    if (this.#isOver(1.25, 0)) {
      let gone = 0;
      while (this.#isOver(1, gone)) this.#size -= 1 + (this.#batches[gone++]?.ticks.length ?? 0);
      this.#batches = this.#batches.slice(gone);
      this.#times = this.#times.slice(gone);
    }
    return isBack ? 'restarted' : 'fresh';
  }

  /** Whether there is too much, or too old, without the first so many. */
  #isOver(times: number, gone: number): boolean {
    const age = performance.now() - (this.#times[gone] ?? Number.POSITIVE_INFINITY);
    return this.#size > MOST_KEPT * times || age > KEPT_MS * times;
  }
}
