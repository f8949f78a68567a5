import type { EpochMicros, LaneName } from '@tickwatch/core';
import type { SpoolEntry } from '../durable-log.ts';
import { type EntryHead, encodeRecord, keyOf, type LabelHead, type LaneState, type SpoolKey } from './record-format.ts';

export type SpoolRecord = readonly [SpoolKey, Buffer];

/** An entry that is about to be kept: what its lane is then, and how much it is. */
export interface AddedEntry {
  readonly state: LaneState;
  readonly messages: number;
  /** Of payload. */
  readonly bytes: number;
}

export function recordOf(head: LaneState | LabelHead): SpoolRecord {
  return [keyOf(head), encodeRecord(head)];
}

/** @param now µs */
export function labelHead(
  { id, lane }: LaneState,
  label: Pick<LabelHead, 'after' | 'seq' | 'upTo'>,
  now: number,
): LabelHead {
  return { kind: 'label', id, lane, ...label, at: now };
}

/** The records of entries that follow each other in each lane, labels and the lanes' states included. */
export function recordsOf(
  entries: readonly SpoolEntry[],
  stateOf: (lane: LaneName) => LaneState,
  now: number,
): { readonly puts: readonly SpoolRecord[]; readonly added: readonly AddedEntry[] } {
  const states = new Map<LaneName, LaneState>();
  const puts: SpoolRecord[] = [];
  const added = entries.map((entry) => {
    const { lane, messages, label, position } = entry;
    const before = states.get(lane) ?? stateOf(lane);
    const head = entryHead(entry, before);
    puts.push([
      keyOf(head),
      encodeRecord(
        head,
        messages.map(({ payload }) => payload),
      ),
    ]);
    if (label !== undefined) {
      const after = Number(label.after);
      puts.push(recordOf(labelHead(before, { after, seq: label.seq, upTo: after }, now)));
    }
    const last = Number(position);
    const state = { ...before, last, tail: last, messages: before.messages + messages.length };
    states.set(lane, state);
    return { state, messages: messages.length, bytes: head.lengths.reduce((sum, length) => sum + length, 0) };
  });
  return { puts: [...puts, ...[...states.values()].map(recordOf)], added };
}

function entryHead(
  { lane, position, messages, ticks, rejected }: SpoolEntry,
  { id, tail, messages: before }: LaneState,
): EntryHead {
  const runs: [EpochMicros, number][] = [];
  let run: [EpochMicros, number] | undefined;
  for (const { receivedAt } of messages) {
    if (run?.[0] === receivedAt) {
      run[1]++;
    } else {
      run = [receivedAt, 1];
      runs.push(run);
    }
  }
  const lengths = messages.map(({ payload }) => payload.length);
  return { kind: 'entry', id, lane, last: Number(position), follows: tail, before, ticks, rejected, runs, lengths };
}
