import type { LaneName } from '@tickwatch/core';
import type { DurableLog, SpoolEntry } from '@tickwatch/feed';
import type { MemoryBudget, Segment } from './segment.ts';

/** The segments of a lane that the durable log has not got yet, in order, and the mark behind what it has. */
export class WriteQueue {
  /** The place behind what is durable. */
  durable: string;
  readonly #lane: LaneName;
  readonly #compare: DurableLog['compare'];
  readonly #budget: MemoryBudget;
  #segments: Segment[] = [];

  constructor(lane: LaneName, compare: DurableLog['compare'], budget: MemoryBudget, end: string) {
    this.#lane = lane;
    this.#compare = compare;
    this.#budget = budget;
    this.durable = end;
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** The same as entries of a spool. */
  *entries(): Iterable<SpoolEntry> {
    for (const { after, position, messages = [], ticks, rejected, label } of this.#segments) {
      yield { lane: this.#lane, after, position, messages, ticks: ticks.length, rejected: rejected.length, label };
    }
  }

  /** Takes a segment; one that its source keeps is durable at once. */
  add(segment: Segment): void {
    if (segment.messages === undefined) {
      this.durable = segment.position;
    } else {
      this.#segments.push(segment);
      segment.hold(this.#budget);
    }
  }

  /** Everything up to here is durable. */
  wrote(position: string): void {
    this.drop(position);
    if (this.#compare(position, this.durable) > 0) this.durable = position;
  }

  /** Segments up to here need not become durable. @returns those */
  drop(position: string): readonly Segment[] {
    let count = 0;
    for (const segment of this.#segments) {
      if (this.#compare(segment.position, position) > 0) break;
      segment.release(this.#budget);
      segment.drop(this.#budget);
      count++;
    }
    return this.#segments.splice(0, count);
  }
}
