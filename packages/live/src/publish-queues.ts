import {
  encodeLiveMessage,
  exchangeOf,
  type LaneCounts,
  type LaneName,
  laneChannel,
  laneIndex,
  type SequencedTick,
} from '@tickwatch/core';
import type { Publication } from './live-sender.ts';
import { PublishQueue, type QueueLimits, type QueueTotals } from './publish-queue.ts';

/** A queue for each lane, within bounds that hold for all of them together. */
export class PublishQueues {
  readonly totals: QueueTotals = { queued: 0, stocks: 0, conflated: 0, dropped: 0 };
  readonly #limits: QueueLimits;
  readonly #lanes: LaneCounts;
  readonly #queues = new Map<LaneName, PublishQueue>();

  /** @param lanes how many each exchange has: of several, publications name theirs */
  constructor(limits: QueueLimits, lanes: LaneCounts) {
    this.#limits = limits;
    this.#lanes = lanes;
  }

  /** Ticks that wait. */
  get size(): number {
    return this.totals.queued + this.totals.stocks;
  }

  add(lane: LaneName, ticks: readonly SequencedTick[]): void {
    this.#queue(lane).add(ticks);
    // The longest makes room, so that a flood in one lane costs the others nothing.
    while (this.totals.queued > this.#limits.maxQueued) this.#longest()?.conflate();
  }

  putBack(lane: LaneName, ticks: readonly SequencedTick[]): void {
    this.#queue(lane).putBack(ticks);
  }

  conflate(): void {
    for (const queue of this.#queues.values()) queue.conflate();
  }

  /** Up to so many publications, the lanes in turn, so that a flood in one does not delay another. */
  take(most: number): Publication[] {
    const taken: Publication[] = [];
    for (let before = -1; taken.length > before; ) {
      before = taken.length;
      for (const queue of this.#queues.values()) {
        if (queue.size > 0 && taken.length < most) taken.push(this.#publication(queue.lane, queue.take()));
      }
    }
    return taken;
  }

  #publication(lane: LaneName, ticks: readonly SequencedTick[]): Publication {
    const exchange = exchangeOf(lane);
    const lanes = this.#lanes.get(exchange) ?? 1;
    // A lane that is left over from when there were more is named too, but has no channel any more.
    const isNamed = lanes > 1 || laneIndex(lane) > 0;
    const hasChannel = lanes > 1 && laneIndex(lane) < lanes;
    return {
      lane,
      channels: hasChannel ? [exchange, laneChannel(lane)] : [exchange],
      ticks,
      data: encodeLiveMessage(ticks, isNamed ? lane : undefined),
    };
  }

  #queue(lane: LaneName): PublishQueue {
    let queue = this.#queues.get(lane);
    if (queue === undefined) {
      queue = new PublishQueue(lane, this.#limits.maxStocks, this.totals);
      this.#queues.set(lane, queue);
    }
    return queue;
  }

  #longest(): PublishQueue | undefined {
    let longest: PublishQueue | undefined;
    for (const queue of this.#queues.values()) if (queue.queued > (longest?.queued ?? 0)) longest = queue;
    return longest;
  }
}
