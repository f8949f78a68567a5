import type { LaneName } from '@tickwatch/core';
import type { LostMessages } from '../../feed-event.ts';
import { encodeMeta } from '../lmdb-table.ts';
import {
  type EntryHead,
  encodeRecord,
  HEADER_BYTES,
  keyOf,
  type LabelHead,
  type LaneState,
  recordOf,
} from '../record-format.ts';
import { rawRecords } from './raw-records.ts';
import type { SpoolCopy } from './spool-copy.ts';

export interface ScanReport {
  /** Messages; `undefined`: nothing was found that was ever a spool's. */
  readonly kept: number | undefined;
  readonly lost: readonly LostMessages[];
}

/** Of an entry, what is needed to put it in its place. */
interface Found extends Pick<EntryHead, 'last' | 'follows' | 'before'> {
  readonly key: string;
  readonly count: number;
}

interface FoundLane {
  readonly states: LaneState[];
  readonly entries: Map<string, Found>;
  readonly labels: LabelHead[];
}

/**
 * Copies every intact record that lies in some files, wherever in them, and sees what is missing then. They may hold old
 * records too: what was removed is left out, and of two that contradict each other the newer one counts.
 */
export async function scanSpool(files: readonly string[], copy: SpoolCopy): Promise<ScanReport> {
  const id = commonId(files);
  if (id === undefined) return { kept: undefined, lost: [] };
  await copy.put(...encodeMeta(id));
  const lost: LostMessages[] = [];
  let kept = 0;
  /** The entries to copy, and what each of them follows in the copy. */
  const follows = new Map<string, number>();
  for (const [lane, found] of findLanes(files, id)) {
    const entries = entriesOf(found);
    const state = stateOf(lane, id, found, entries);
    let [at, count] = [state.trimmed, state.removed];
    const note = (upTo: number, before: number): void => {
      const messages = Math.max(0, Math.min(upTo - at, before - count));
      if (messages > 0) lost.push({ lane, after: String(at), upTo: String(upTo), messages });
    };
    for (const entry of entries) {
      note(entry.follows, entry.before);
      follows.set(entry.key, at);
      [at, count] = [entry.last, entry.before + entry.count];
      kept += entry.count;
    }
    note(state.tail, state.messages);
    await copy.put(...recordOf({ ...state, tail: at }));
    for (const label of labelsOf(found)) await copy.put(...recordOf(label));
  }
  for (const file of files) {
    for (const { head, record } of rawRecords(file)) {
      const at = head.kind === 'entry' && head.id === id ? follows.get(String(keyOf(head))) : undefined;
      if (at === undefined || head.kind !== 'entry') continue;
      const payloads = record.subarray(HEADER_BYTES + record.readUInt32LE(12));
      await copy.put(keyOf(head), encodeRecord({ ...head, follows: at }, [payloads]));
    }
  }
  return { kept, lost };
}

/** The spool that most records are of. */
function commonId(files: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const file of files) {
    for (const { head } of rawRecords(file)) counts.set(head.id, (counts.get(head.id) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

function findLanes(files: readonly string[], id: string): ReadonlyMap<LaneName, FoundLane> {
  const lanes = new Map<LaneName, FoundLane>();
  for (const file of files) {
    for (const { head } of rawRecords(file)) {
      if (head.id !== id) continue;
      const lane: FoundLane = lanes.get(head.lane) ?? { states: [], entries: new Map(), labels: [] };
      lanes.set(head.lane, lane);
      if (head.kind === 'lane') lane.states.push(head);
      else if (head.kind === 'label') lane.labels.push(head);
      else {
        const { last, follows, before, lengths } = head;
        const key = String(keyOf(head));
        lane.entries.set(key, { key, last, follows, before, count: lengths.length });
      }
    }
  }
  return lanes;
}

/** Those that were not removed, in order, without those that others contain (a write that failed and was repeated). */
function entriesOf({ entries, states }: FoundLane): readonly Found[] {
  const trimmed = Math.max(0, ...states.map((state) => state.trimmed));
  const inOrder = [...entries.values()]
    .filter(({ last }) => last > trimmed)
    .sort((a, b) => a.last - a.count - (b.last - b.count) || b.last - a.last);
  let end = 0;
  return inOrder.filter(({ last }) => {
    if (last <= end) return false;
    end = last;
    return true;
  });
}

function stateOf(lane: LaneName, id: string, { states }: FoundLane, entries: readonly Found[]): LaneState {
  const [first, last] = [entries[0], entries.at(-1)];
  const newest = [...states].sort((a, b) => b.last - a.last || b.trimmed - a.trimmed)[0] ?? {
    kind: 'lane',
    id,
    lane,
    last: 0,
    trimmed: first?.follows ?? 0,
    tail: 0,
    messages: 0,
    removed: first?.before ?? 0,
  };
  const tail = Math.max(newest.tail, last?.last ?? 0);
  const messages = Math.max(newest.messages, last === undefined ? 0 : last.before + last.count);
  return { ...newest, last: Math.max(newest.last, tail), tail, messages };
}

/** Those that count: each voids older ones within its reach. */
function labelsOf({ labels }: FoundLane): readonly LabelHead[] {
  const kept = new Map<number, LabelHead>();
  for (const label of [...labels].sort((a, b) => a.at - b.at)) {
    for (const after of [...kept.keys()]) if (after > label.after && after < label.upTo) kept.delete(after);
    kept.set(label.after, label);
  }
  return [...kept.values()];
}
