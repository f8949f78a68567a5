import { crc32 } from 'node:zlib';
import type { EpochMicros, LaneName } from '@tickwatch/core';
import type { LogEntry, SpoolEntry } from '../durable-log.ts';

/** Version of the whole spool. A reader takes its own and what it can convert (see version-1.ts), and no newer one. */
export const SPOOL_VERSION = 2;

export interface EntryHead {
  readonly kind: 'entry';
  /** Of the spool. */
  readonly id: string;
  readonly lane: LaneName;
  /** Position of the last message. */
  readonly last: number;
  /** Position of the last message of the lane's entry before it. */
  readonly follows: number;
  /** How many messages the lane had before it. */
  readonly before: number;
  readonly ticks: number;
  readonly rejected: number;
  /** Messages that came in one read share their time: time, and how many. */
  readonly runs: readonly (readonly [EpochMicros, number])[];
  /** Of the payloads that follow the head, in bytes. */
  readonly lengths: readonly number[];
}

/** What is known of a lane beside its entries. */
export interface LaneState {
  readonly kind: 'lane';
  readonly id: string;
  readonly lane: LaneName;
  /** The highest position that it ever had. */
  readonly last: number;
  /** Its entries go from here … */
  readonly trimmed: number;
  /** … to here. */
  readonly tail: number;
  /** How many messages it ever had, and how many of them were removed. */
  readonly messages: number;
  readonly removed: number;
}

export interface LabelHead {
  readonly kind: 'label';
  readonly id: string;
  readonly lane: LaneName;
  readonly after: number;
  readonly seq: number;
  /** Labels between `after` and here that were written before `at` do not count any more. */
  readonly upTo: number;
  readonly at: number;
}

export type SpoolHead = EntryHead | LaneState | LabelHead;

/** `['meta']`, `['lane', lane]`, `['label', lane, after]` or `['log', lane, last, messages, bytes, ticks, rejected, receivedAt]`. */
export type SpoolKey = (string | number)[];
export type SpoolRecord = readonly [SpoolKey, Buffer];

/**
 * Everything in a spool says itself what it is, so that it can be found in a file whose index is damaged, little endian:
 * `TWS2` · u32 crc32 of all that follows · u32 bytes in all · u32 bytes of head · head, as JSON · payloads.
 */
export const MAGIC = Buffer.from('TWS2');
export const HEADER_BYTES = 16;

export function encodeRecord(head: SpoolHead, payloads: readonly Uint8Array[] = []): Buffer {
  const text = Buffer.from(JSON.stringify(head));
  let size = HEADER_BYTES + text.length;
  for (const { length } of payloads) size += length;
  const record = Buffer.allocUnsafeSlow(size);
  MAGIC.copy(record);
  record.writeUInt32LE(size, 8);
  record.writeUInt32LE(text.length, 12);
  record.set(text, HEADER_BYTES);
  let at = HEADER_BYTES + text.length;
  for (const payload of payloads) {
    record.set(payload, at);
    at += payload.length;
  }
  record.writeUInt32LE(crc32(record.subarray(8)), 4);
  return record;
}

/** @returns `undefined`: it is not what was once written */
export function decodeRecord(record: Buffer): SpoolHead | undefined {
  if (record.length < HEADER_BYTES || !record.subarray(0, 4).equals(MAGIC)) return undefined;
  if (record.readUInt32LE(8) !== record.length || record.readUInt32LE(4) !== crc32(record.subarray(8)))
    return undefined;
  return JSON.parse(record.toString('utf8', HEADER_BYTES, HEADER_BYTES + record.readUInt32LE(12)));
}

/** Under which key a record is kept. */
export function keyOf(head: SpoolHead): SpoolKey {
  if (head.kind === 'lane') return ['lane', head.lane];
  if (head.kind === 'label') return ['label', head.lane, head.after];
  const { lane, last, ticks, rejected, runs, lengths } = head;
  const bytes = lengths.reduce((sum, length) => sum + length, 0);
  return ['log', lane, last, lengths.length, bytes, ticks, rejected, runs.at(-1)?.[0] ?? 0];
}

/** @returns `undefined`: damaged */
export function decodeEntry(record: Buffer | undefined): LogEntry | undefined {
  const head = record === undefined ? undefined : decodeRecord(record);
  if (record === undefined || head?.kind !== 'entry') return undefined;
  const times = head.runs.flatMap(([receivedAt, count]) => new Array<EpochMicros>(count).fill(receivedAt));
  let at = HEADER_BYTES + record.readUInt32LE(12);
  const messages = head.lengths.map((length, i) => {
    const payload = record.subarray(at, at + length);
    at += length;
    return { payload, receivedAt: times[i] ?? (0 as EpochMicros) };
  });
  return { lane: head.lane, messages, position: String(head.last) };
}

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
