import type { LaneName } from '@tickwatch/core';
import type { DurableLog, LogEntry } from '@tickwatch/feed';
import type { MemoryBudget, Segment } from './segment.ts';

export interface WriteQueueOptions {
  readonly compare: DurableLog['compare'];
  readonly budget: MemoryBudget;
  /** The place behind what is durable. */
  readonly end: string;
}

/** The segments of a lane that the durable log has not got yet, in order, and the mark behind what it has. */
export class WriteQueue {
  readonly #lane: LaneName;
  readonly #compare: DurableLog['compare'];
  readonly #budget: MemoryBudget;
  #segments: Segment[] = [];
  #durable: string;

  constructor(lane: LaneName, options: WriteQueueOptions) {
    this.#lane = lane;
    this.#compare = options.compare;
    this.#budget = options.budget;
    this.#durable = options.end;
  }

  get durable(): string {
    return this.#durable;
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** The same as entries of a log. */
  get entries(): readonly LogEntry[] {
    return this.#segments.map(({ messages = [], position }) => ({ lane: this.#lane, messages, position }));
  }

  /** Takes a segment; one that its source keeps is durable at once. */
  add(segment: Segment): void {
    if (segment.messages === undefined) {
      this.#durable = segment.position;
    } else {
      this.#segments.push(segment);
      segment.hold(this.#budget);
    }
  }

  /** Everything up to here is durable. */
  wrote(position: string): void {
    this.drop(position);
    if (this.#compare(position, this.#durable) > 0) this.#durable = position;
  }

  /** Segments up to here need not become durable. @returns how many */
  drop(position: string): number {
    let count = 0;
    for (const segment of this.#segments) {
      if (this.#compare(segment.position, position) > 0) break;
      segment.release(this.#budget);
      segment.drop(this.#budget);
      count++;
    }
    this.#segments.splice(0, count);
    return count;
  }
}
