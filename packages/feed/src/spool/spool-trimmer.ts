import { type LaneName, nowMicros } from '@tickwatch/core';
import type { GuardedTable } from './guarded-table.ts';
import type { LaneMarks } from './lane-marks.ts';
import { keyOf, labelHead, recordOf } from './record-format.ts';

/** So many entries are removed in one transaction. */
const TRIM_ENTRIES = 500;
/** When room is needed, committed entries go until this part of all room is free. */
const EVICT_PART = 1 / 16;

/** Removes what is committed, the oldest of a lane first. */
export class SpoolTrimmer {
  readonly #table: GuardedTable;
  readonly #lanes: LaneMarks;

  constructor(table: GuardedTable, lanes: LaneMarks) {
    this.#table = table;
    this.#lanes = lanes;
  }

  /** Removes what the grace is over for; on a full disk, all that is committed. @throws what the disk says */
  async sweep(): Promise<void> {
    this.#lanes.remember();
    for (const lane of this.#lanes.names()) {
      await this.#trim(lane, this.#table.isShort ? this.#lanes.markOf(lane) : this.#lanes.due(lane));
    }
  }

  /** Makes room for so many bytes, grace or not. @throws what the disk says */
  async evict(bytes: number, maxBytes: number): Promise<void> {
    if (this.#lanes.bytes + bytes <= maxBytes) return;
    const goal = maxBytes - Math.max(bytes, maxBytes * EVICT_PART);
    for (;;) {
      const lane = this.#lanes.bytes > goal ? this.#lanes.oldestCommitted() : undefined;
      if (lane === undefined) return;
      let left = this.#lanes.bytes - goal;
      let upTo = 0;
      for (const entry of this.#lanes.entries(lane, 0, this.#lanes.markOf(lane), TRIM_ENTRIES)) {
        upTo = entry.last;
        left -= entry.bytes;
        if (left <= 0) break;
      }
      await this.#trim(lane, upTo);
    }
  }

  async #trim(lane: LaneName, upTo: number): Promise<void> {
    for (;;) {
      const entries = [...this.#lanes.entries(lane, 0, upTo, TRIM_ENTRIES)];
      const trimmed = entries.at(-1)?.last;
      if (trimmed === undefined) return;
      const before = this.#lanes.stateOf(lane);
      const removed = before.removed + entries.reduce((sum, { messages }) => sum + messages, 0);
      const state = { ...before, trimmed, removed };
      const labels = this.#lanes.labels(lane, 0).filter(({ after }) => after <= trimmed);
      const label = labels.at(-1);
      const puts = [recordOf(state)];
      if (label !== undefined && label.after < trimmed) {
        // What is numbered behind it keeps its numbers.
        const ticks = entries.reduce((sum, entry) => sum + (entry.last > label.after ? entry.ticks : 0), 0);
        puts.push(recordOf(labelHead(state, { after: trimmed, seq: label.seq + ticks, upTo: trimmed }, nowMicros())));
      }
      const old = labels.filter(({ after }) => after < trimmed);
      await this.#table.remove([...entries.map(({ key }) => key), ...old.map(keyOf)], puts);
      this.#lanes.removed(
        state,
        entries.reduce((sum, { bytes }) => sum + bytes, 0),
      );
    }
  }
}
