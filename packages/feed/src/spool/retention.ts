import type { LaneName } from '@tickwatch/core';
import type { LaneIndex } from './lane-index.ts';

/** Of the grace. */
const STEP = 1 / 100;

/** When room is needed, committed messages go until this part of all room is free. */
const EVICT_PART = 1 / 16;

/** How long what is committed is kept: for a grace, unless the room is needed. */
export class Retention {
  readonly #lanes: ReadonlyMap<LaneName, LaneIndex>;
  readonly #graceMs: number;
  /** How far the lanes were committed at some moments (monotonic ms), a step apart; the first when the grace began. */
  #moments: { readonly at: number; readonly marks: ReadonlyMap<LaneName, number> }[] = [];

  constructor(lanes: ReadonlyMap<LaneName, LaneIndex>, graceMs: number) {
    this.#lanes = lanes;
    this.#graceMs = graceMs;
  }

  /** Forgets what the grace is over for. @param isShort forgets all that is committed */
  sweep(isShort: boolean): void {
    const now = performance.now();
    const last = this.#moments.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
    if (now - last >= this.#graceMs * STEP) {
      this.#moments.push({ at: now, marks: new Map([...this.#lanes].map(([lane, { mark }]) => [lane, mark])) });
    }
    while ((this.#moments[1]?.at ?? now) < now - this.#graceMs) this.#moments.shift();
    const [first] = this.#moments;
    const due = first !== undefined && first.at <= now - this.#graceMs ? first.marks : undefined;
    for (const lane of this.#lanes.values()) {
      lane.trim(isShort ? lane.mark : Math.min(lane.mark, due?.get(lane.lane) ?? 0));
    }
  }

  /** Makes room for so many bytes, grace or not: of what is committed the oldest goes first. */
  evict(bytes: number, maxBytes: number): void {
    const lanes = [...this.#lanes.values()];
    const kept = (): number => lanes.reduce((sum, lane) => sum + lane.kept, 0);
    if (kept() + bytes <= maxBytes) return;
    while (kept() > maxBytes - Math.max(bytes, maxBytes * EVICT_PART)) {
      const committed = lanes.filter(({ blocks, mark, trimmed }) => blocks.length > 0 && mark > trimmed);
      const times = committed.map(({ blocks: [first] }) => first?.receivedAt ?? 0);
      const oldest = committed[times.indexOf(Math.min(...times))];
      if (oldest === undefined) return;
      oldest.trim(Math.min(oldest.mark, oldest.blocks[0]?.last ?? 0));
    }
  }
}
