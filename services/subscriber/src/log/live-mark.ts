import type { Segment } from './segment.ts';

/** Between what the viewers of a lane were sent and what they were not yet. */
export class LiveMark {
  #unsent: Segment[] = [];
  #since: string | undefined;

  /** The place behind which this process has told numbers to viewers; `undefined`: it told none. */
  get since(): string | undefined {
    return this.#since;
  }

  add(segment: Segment): void {
    this.#unsent.push(segment);
    this.#since ??= segment.after;
  }

  /** Moves the mark to the end. @returns what lay before it */
  take(): readonly Segment[] {
    const unsent = this.#unsent;
    this.#unsent = [];
    return unsent;
  }

  /** Another member sends now. */
  forget(): void {
    this.#unsent = [];
    this.#since = undefined;
  }
}
