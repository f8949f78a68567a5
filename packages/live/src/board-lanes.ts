import { backoffMs, type LaneCounts, type LaneName, lanesOf, type SequencedTick } from '@tickwatch/core';
import { BoardLane, type BoardPublication } from './board-lane.ts';

export interface BoardLimits {
  /** What a viewer of all exchanges' boards gets, at most. */
  readonly bytesPerSecond: number;
  /** Stocks that are known, over all lanes; beyond that the one that was told longest ago is forgotten. */
  readonly maxStocks: number;
}

/** A lane with its pace. Times are ms of a clock that never goes back. */
interface PacedLane {
  readonly stocks: BoardLane;
  /** From when on its next message may go. */
  nextAt: number;
  /** Messages that could not be sent, since the last one that could. */
  failures: number;
}

/** At most four messages a second. */
const INTERVAL_MS = 250;
/** A message is not smaller for want of bytes a second: it goes less often. */
const SMALLEST_BYTES = 1024;
/** A message is not larger, however much is allowed: as live, for who comes back is given many of them at once. */
const LARGEST_BYTES = 16 * 1024;

/** What the boards of all lanes have still to be told of, and when each lane may tell more. */
export class BoardLanes {
  readonly #maxStocks: number;
  /** Bytes a ms of each lane. */
  readonly #share: number;
  readonly #messageBytes: number;
  readonly #lanes = new Map<LaneName, PacedLane>();
  readonly #waiting = new Set<PacedLane>();
  #stocks = 0;
  #forgotten = 0;
  #hurries = false;

  /** @param lanes how many each exchange has: they share the bytes alike, whoever leads them */
  constructor({ bytesPerSecond, maxStocks }: BoardLimits, lanes: LaneCounts) {
    this.#maxStocks = maxStocks;
    this.#share = bytesPerSecond / 1000 / Math.max(1, lanesOf(lanes).length);
    this.#messageBytes = Math.min(LARGEST_BYTES, Math.max(SMALLEST_BYTES, this.#share * INTERVAL_MS));
  }

  /** Stocks that were forgotten before the board was told of them. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** @returns when a message of the lane may go */
  add(lane: LaneName, ticks: readonly SequencedTick[]): number {
    const paced = this.#lane(lane);
    const before = paced.stocks.size;
    paced.stocks.add(ticks);
    this.#stocks += paced.stocks.size - before;
    while (this.#stocks > this.#maxStocks) this.#forgetOne();
    this.#waiting.add(paced);
    return paced.nextAt;
  }

  /** Until there is nothing to tell, messages go at once and are as large as any. */
  hurry(): void {
    this.#hurries = this.#waiting.size > 0;
    for (const paced of this.#waiting) paced.nextAt = Number.NEGATIVE_INFINITY;
  }

  /** When the next message may go; `undefined`: there is nothing to tell. */
  nextAt(): number | undefined {
    let next: number | undefined;
    for (const { nextAt } of this.#waiting) if (next === undefined || nextAt < next) next = nextAt;
    return next;
  }

  /** The messages that may go now: one of each lane that is due. */
  take(now: number): BoardPublication[] {
    const taken: BoardPublication[] = [];
    for (const paced of this.#waiting) {
      if (paced.nextAt > now) continue;
      const message = paced.stocks.take(this.#hurries ? LARGEST_BYTES : this.#messageBytes);
      taken.push(message);
      paced.nextAt = this.#hurries ? now : now + Math.max(INTERVAL_MS, message.wireBytes / this.#share);
      if (!paced.stocks.isWaiting) this.#waiting.delete(paced);
    }
    this.#hurries &&= this.#waiting.size > 0;
    return taken;
  }

  sent({ lane }: BoardPublication): void {
    this.#lane(lane).failures = 0;
  }

  /** The message was not sent: what it told is told again after a while that grows from time to time. */
  failed(message: BoardPublication, now: number): void {
    const paced = this.#lane(message.lane);
    paced.stocks.putBack(message);
    paced.nextAt = Math.max(paced.nextAt, now + backoffMs(paced.failures++));
    this.#waiting.add(paced);
  }

  #lane(lane: LaneName): PacedLane {
    let paced = this.#lanes.get(lane);
    if (paced === undefined) {
      paced = { stocks: new BoardLane(lane), nextAt: Number.NEGATIVE_INFINITY, failures: 0 };
      this.#lanes.set(lane, paced);
    }
    return paced;
  }

  /** In the lane that knows most, so that a flood of names in one costs the others nothing. */
  #forgetOne(): void {
    let largest: PacedLane | undefined;
    for (const paced of this.#lanes.values()) {
      if (paced.stocks.size > (largest?.stocks.size ?? 0)) largest = paced;
    }
    if (largest?.stocks.forgetOne()) this.#forgotten++;
    this.#stocks--;
  }
}
