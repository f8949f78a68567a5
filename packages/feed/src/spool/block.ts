import type { LaneName } from '@tickwatch/core';
import type { SpoolRun } from '../durable-log.ts';
import { type EntryHead, scanRecords, type Totals } from './record-format.ts';
import type { SpoolFile } from './spool-files.ts';

/** A block is read whole: it has at most so many records, bytes (a single record may have more) and µs. */
const BLOCK_RECORDS = 64;
const BLOCK_BYTES = 256 * 1024;
const BLOCK_MICROS = 1_000_000;

/** Records of a lane that follow each other without a hole in one file; records of other lanes lie between them. */
export interface Block extends SpoolRun {
  readonly file: SpoolFile;
  /** Where it lies in the file. */
  readonly from: number;
  readonly to: number;
  /** Of its own records, in bytes. */
  readonly size: number;
  readonly records: number;
  /** The places before its first message and of its last. */
  readonly after: number;
  readonly last: number;
  /** How much the lane had before it. */
  readonly before: Totals;
  /** Of payload. */
  readonly bytes: number;
  /** When the last message of its first record was received, and when its last, µs. */
  readonly receivedFrom: number;
  readonly receivedAt: number;
}

/** A block of one record. */
export function blockOf(file: SpoolFile, from: number, to: number, head: EntryHead): Block {
  const { last, before, ticks, rejected, lengths, runs } = head;
  const receivedAt = runs.at(-1)?.[0] ?? 0;
  const bytes = lengths.reduce((sum, length) => sum + length, 0);
  const places = { file, from, to, size: to - from, records: 1, after: last - lengths.length, last, before };
  return { ...places, messages: lengths.length, ticks, rejected, bytes, receivedFrom: receivedAt, receivedAt };
}

/** @returns `undefined`: what follows begins a block of its own */
export function joined(block: Block | undefined, next: Block): Block | undefined {
  if (block === undefined || block.file !== next.file || block.last !== next.after) return undefined;
  const isNear = next.to - block.from <= BLOCK_BYTES && next.receivedAt - block.receivedFrom < BLOCK_MICROS;
  if (!isNear || block.records === BLOCK_RECORDS) return undefined;
  const { to, last, receivedAt } = next;
  const joint: { -readonly [Key in keyof Block]: Block[Key] } = { ...block, to, last, receivedAt };
  for (const key of ['size', 'records', 'messages', 'ticks', 'rejected', 'bytes'] as const) joint[key] += next[key];
  return joint;
}

/** The entries of a lane's block, read again. */
export function entriesIn({ file, from, to }: Block, lane: LaneName) {
  const heads = [...scanRecords(file.read(from, to))].map(({ head }) => head);
  const entries = heads.filter((head) => head?.kind === 'entry').filter((head) => head.lane === lane);
  return entries.map((head) => ({ ...head, messages: head.lengths.length }));
}
