import type { Segment } from './segment.ts';

/**
 * The newest committed segments of one lane. A reader takes its database snapshot first and asks for the tail then;
 * what was committed in between must still be here. Bounded by age and by number.
 */
export class RecentSegments {
  readonly #keepMs: number;
  readonly #maxTicks: number;
  readonly #kept: { readonly segment: Segment; readonly at: number }[] = [];
  #ticks = 0;

  constructor(keepMs: number, maxTicks: number) {
    this.#keepMs = keepMs;
    this.#maxTicks = maxTicks;
  }

  add(segments: readonly Segment[]): void {
    const now = performance.now();
    for (const segment of segments) {
      if (segment.ticks.length === 0) continue;
      this.#kept.push({ segment, at: now });
      this.#ticks += segment.ticks.length;
    }
    let drop = 0;
    for (const { segment, at } of this.#kept) {
      if (this.#ticks <= this.#maxTicks && at >= now - this.#keepMs) break;
      this.#ticks -= segment.ticks.length;
      drop++;
    }
    this.#kept.splice(0, drop);
  }

  clear(): void {
    this.#kept.length = 0;
    this.#ticks = 0;
  }

  /** Everything behind this number is here; `undefined`: nothing is. */
  get from(): number | undefined {
    return this.#kept[0]?.segment.seqBefore;
  }

  *segments(): Iterable<Segment> {
    for (const { segment } of this.#kept) yield segment;
  }
}
