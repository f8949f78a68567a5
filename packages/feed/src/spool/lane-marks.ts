import type { LaneName } from '@tickwatch/core';
import {
  type AddedEntry,
  decodeRecord,
  keyOf,
  type LabelHead,
  type LaneState,
  type SpoolHead,
  type SpoolKey,
} from './record-format.ts';
import type { SpoolTable } from './spool-table.ts';

/** What an entry's key says of it. */
export interface KeptEntry {
  readonly key: SpoolKey;
  /** Position of its last message. */
  readonly last: number;
  readonly messages: number;
  /** Of payload. */
  readonly bytes: number;
  readonly ticks: number;
  readonly rejected: number;
  /** When the last message was received, µs. */
  readonly receivedAt: number;
}

interface Lane {
  state: LaneState;
  /** Everything up to here is committed. */
  mark: number;
}

const LAST = Number.MAX_SAFE_INTEGER;
/** Of the grace. */
const STEP = 1 / 100;

/** What a spool holds of each lane, and how far the lanes are committed. Reads keys and small records only. */
export class LaneMarks {
  readonly #id: string;
  readonly #graceMs: number;
  readonly #lanes = new Map<LaneName, Lane>();
  /** How far the lanes were committed at some moments (monotonic ms), a step apart; the first when the grace began. */
  #moments: { readonly at: number; readonly marks: ReadonlyMap<LaneName, number> }[] = [];
  #table: SpoolTable | undefined;
  #waiting = { messages: 0, bytes: 0 };
  #graceBytes = 0;

  constructor(id: string, graceMs: number) {
    this.#id = id;
    this.#graceMs = graceMs;
  }

  /** Counts what a table holds; marks that are known stay. */
  load(table: SpoolTable): void {
    this.#table = table;
    this.#waiting = { messages: 0, bytes: 0 };
    this.#graceBytes = 0;
    for (const head of this.#records(['lane'], ['lane\uffff'])) {
      if (head.kind === 'lane') this.#lane(head.lane).state = head;
    }
    for (const [lane, { mark }] of this.#lanes) {
      this.#count(lane, 0, LAST, 1);
      this.#move(lane, 0, mark);
    }
  }

  /** Not committed. */
  get waiting(): { readonly messages: number; readonly bytes: number } {
    return this.#waiting;
  }

  /** Of all that is kept, committed or not, in bytes. */
  get bytes(): number {
    return this.#waiting.bytes + this.#graceBytes;
  }

  stateOf(lane: LaneName): LaneState {
    return this.#lane(lane).state;
  }

  markOf(lane: LaneName): number {
    return this.#lane(lane).mark;
  }

  names(): readonly LaneName[] {
    return [...this.#lanes.keys()];
  }

  /** Entries whose last message lies behind `after` and not behind `upTo`, in order. */
  *entries(lane: LaneName, after: number, upTo = LAST - 1, limit?: number): Iterable<KeptEntry> {
    const keys = this.#table?.keys(['log', lane, after + 1], ['log', lane, upTo + 1], limit) ?? [];
    for (const key of keys) {
      const [last, messages, bytes, ticks, rejected, receivedAt] = key.slice(2) as number[];
      yield { key, last, messages, bytes, ticks, rejected, receivedAt } as KeptEntry;
    }
  }

  labels(lane: LaneName, from: number): readonly LabelHead[] {
    const heads = [...this.#records(['label', lane, from], ['label', lane, LAST])];
    return heads.filter((head) => head.kind === 'label');
  }

  /** The lane is committed up to here, also where that is further back than it was. */
  set(lane: LaneName, mark: number): void {
    const marked = this.#lane(lane);
    this.#move(lane, marked.mark, mark);
    marked.mark = mark;
  }

  /** Something up to here was committed just now. */
  pass(lane: LaneName, upTo: number): void {
    if (upTo > this.#lane(lane).mark) this.set(lane, upTo);
  }

  /** Notes how far the lanes are committed now. */
  remember(): void {
    const now = performance.now();
    const last = this.#moments.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
    if (now - last >= this.#graceMs * STEP) {
      this.#moments.push({ at: now, marks: new Map([...this.#lanes].map(([lane, { mark }]) => [lane, mark])) });
    }
    while ((this.#moments[1]?.at ?? now) < now - this.#graceMs) this.#moments.shift();
  }

  /** Up to where a lane's grace is over. */
  due(lane: LaneName): number {
    const [first] = this.#moments;
    const isOver = first !== undefined && first.at <= performance.now() - this.#graceMs;
    return isOver ? Math.min(this.markOf(lane), first.marks.get(lane) ?? 0) : 0;
  }

  /** The committed entry that was kept longest in its lane, of all lanes the oldest. */
  oldestCommitted(): LaneName | undefined {
    const oldest = [...this.#lanes].flatMap(([lane, { mark }]) =>
      [...this.entries(lane, 0, mark, 1)].map(({ receivedAt }) => ({ lane, receivedAt })),
    );
    return oldest.sort((a, b) => a.receivedAt - b.receivedAt)[0]?.lane;
  }

  /** An entry was added, and makes the lane's state this. */
  added({ state, ...size }: AddedEntry): void {
    const lane = this.#lane(state.lane);
    lane.state = state;
    if (state.last <= lane.mark) this.#graceBytes += size.bytes;
    else this.#add(size, 1);
  }

  /** Committed entries were removed. */
  removed(state: LaneState, bytes: number): void {
    this.#lane(state.lane).state = state;
    this.#graceBytes -= bytes;
  }

  #move(lane: LaneName, from: number, to: number): void {
    const { bytes } = this.#count(lane, Math.min(from, to), Math.max(from, to), to > from ? -1 : 1);
    this.#graceBytes += to > from ? bytes : -bytes;
  }

  #count(lane: LaneName, after: number, upTo: number, sign: 1 | -1) {
    const sum = { messages: 0, bytes: 0 };
    for (const { messages, bytes } of this.entries(lane, after, Math.min(upTo, LAST - 1))) {
      sum.messages += messages;
      sum.bytes += bytes;
    }
    this.#add(sum, sign);
    return sum;
  }

  #add({ messages, bytes }: { readonly messages: number; readonly bytes: number }, sign: 1 | -1): void {
    const { waiting } = this;
    this.#waiting = { messages: waiting.messages + sign * messages, bytes: waiting.bytes + sign * bytes };
  }

  *#records(start: SpoolKey, end: SpoolKey): Iterable<SpoolHead> {
    for (const key of this.#table?.keys(start, end) ?? []) {
      const record = this.#table?.get(key);
      const head = record === undefined ? undefined : decodeRecord(record);
      if (head !== undefined && String(keyOf(head)) === String(key)) yield head;
    }
  }

  #lane(lane: LaneName): Lane {
    let found = this.#lanes.get(lane);
    if (found === undefined) {
      const state = {
        kind: 'lane',
        id: this.#id,
        lane,
        last: 0,
        trimmed: 0,
        tail: 0,
        messages: 0,
        removed: 0,
      } as const;
      found = { state, mark: 0 };
      this.#lanes.set(lane, found);
    }
    return found;
  }
}
