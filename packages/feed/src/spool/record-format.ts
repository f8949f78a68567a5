import { crc32 } from 'node:zlib';
import type { EpochMicros, LaneName } from '@tickwatch/core';
import type { FeedMessage, Hole, SpoolEntry } from '../durable-log.ts';

/** Version of the files. A reader takes its own, and no newer one. */
export const SPOOL_VERSION = 2;

/** How much a lane had up to a place, ever: by it what is missing is seen, and how much it was. */
export interface Totals {
  readonly messages: number;
  readonly ticks: number;
}

/** The first tick behind the place `after` has number `seq` + 1; `ticks`: how many the lane had up to there. */
export interface PlacedLabel {
  readonly after: number;
  readonly seq: number;
  readonly ticks: number;
  readonly holes?: readonly Hole[] | undefined;
}

/** A place of a lane, and how much it had up to there. */
export interface LanePlace extends Totals {
  readonly last: number;
}

/** The highest position of a lane, and what is known beside it. */
export interface LaneState extends LanePlace {
  readonly lane: LaneName;
  readonly labels: readonly PlacedLabel[];
  /** What is behind it is wanted. */
  readonly front: LanePlace;
}

/** What was true of all lanes before the records that follow: begins each file. */
export interface StateHead {
  readonly kind: 'state';
  readonly version: number;
  readonly id: string;
  readonly lanes: readonly LaneState[];
  /** What is missing before it is no longer wanted. */
  readonly isBase?: boolean;
  /** Losses and damages that were told of: they are still seen, and not told again. */
  readonly told: readonly string[];
}

export interface EntryHead {
  readonly kind: 'entry';
  /** Of the spool. */
  readonly id: string;
  readonly lane: LaneName;
  /** Position of the last message. */
  readonly last: number;
  /** The lane's highest position, and how much it had, before it. */
  readonly follows: number;
  readonly before: Totals;
  readonly ticks: number;
  readonly rejected: number;
  /** Numbering begins anew with it, behind this number. */
  readonly seq?: number;
  /** What is missing before it. */
  readonly holes?: readonly Hole[] | undefined;
  /** Messages that came in one read share their time: time, and how many. */
  readonly runs: readonly (readonly [EpochMicros, number])[];
  /** Of the payloads that follow the head, in bytes. */
  readonly lengths: readonly number[];
}

/** From here on these are the labels of a lane. */
export interface LabelsHead {
  readonly kind: 'labels';
  readonly id: string;
  readonly lane: LaneName;
  readonly labels: readonly PlacedLabel[];
}

export type SpoolHead = StateHead | EntryHead | LabelsHead;

/**
 * A record, little endian: `TWS2` · u32 crc32 of all that follows · u32 bytes in all · u32 bytes of head · head, as JSON ·
 * payloads. It says itself what it is, so that it is found again behind bytes that are damaged.
 */
const MAGIC = Buffer.from('TWS2');
const HEADER_BYTES = 16;

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

/** @param end of the lane, before it */
export function entryHead(entry: SpoolEntry, end: LanePlace, id: string): EntryHead {
  const { lane, position, messages, ticks, rejected, label } = entry;
  const runs: [EpochMicros, number][] = [];
  for (const { receivedAt } of messages) {
    const run = runs.at(-1);
    if (run?.[0] === receivedAt) run[1]++;
    else runs.push([receivedAt, 1]);
  }
  return {
    kind: 'entry',
    id,
    lane,
    last: Number(position),
    follows: end.last,
    before: { messages: end.messages, ticks: end.ticks },
    ticks,
    rejected,
    ...(label === undefined ? {} : { seq: label.seq, holes: label.holes }),
    runs,
    lengths: messages.map(({ payload }) => payload.length),
  };
}

/** A record where it was found, or bytes that are none. */
export interface Scanned {
  readonly from: number;
  readonly to: number;
  readonly head: SpoolHead | undefined;
}

/** Everything in a piece of a file that begins with a record. @param id only records of this spool are taken for such */
export function* scanRecords(bytes: Buffer, id?: string): Generator<Scanned> {
  for (let from = 0; from < bytes.length; ) {
    const head = headAt(bytes, from, id);
    let to = from + (head === undefined ? 1 : bytes.readUInt32LE(from + 8));
    while (head === undefined && to < bytes.length && headAt(bytes, to, id) === undefined) {
      const next = bytes.indexOf(MAGIC, to + 1);
      to = next < 0 ? bytes.length : next;
    }
    yield { from, to, head };
    from = to;
  }
}

function headAt(bytes: Buffer, at: number, id: string | undefined): SpoolHead | undefined {
  if (at + HEADER_BYTES > bytes.length || bytes.compare(MAGIC, 0, 4, at, at + 4) !== 0) return undefined;
  const end = at + bytes.readUInt32LE(at + 8);
  const headEnd = at + HEADER_BYTES + bytes.readUInt32LE(at + 12);
  if (headEnd > end || end > bytes.length) return undefined;
  if (bytes.readUInt32LE(at + 4) !== crc32(bytes.subarray(at + 8, end))) return undefined;
  const head: SpoolHead = JSON.parse(bytes.toString('utf8', at + HEADER_BYTES, headEnd));
  return id === undefined || head.id === id ? head : undefined;
}

/** The messages of an entry's record. */
export function decodeMessages(record: Buffer, { runs, lengths }: EntryHead): readonly FeedMessage[] {
  const times = runs.flatMap(([receivedAt, count]) => new Array<EpochMicros>(count).fill(receivedAt));
  let at = HEADER_BYTES + record.readUInt32LE(12);
  return lengths.map((length, i) => {
    const payload = record.subarray(at, at + length);
    at += length;
    return { payload, receivedAt: times[i] ?? (0 as EpochMicros) };
  });
}
