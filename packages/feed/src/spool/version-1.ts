import { existsSync } from 'node:fs';
import { open as openFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { decodeMessage, type EpochMicros, type LaneName, laneName } from '@tickwatch/core';
import { describeError } from '../describe-error.ts';
import type { FeedMessage, SpoolEntry } from '../durable-log.ts';
import type { LostMessages } from '../feed-event.ts';

/**
 * Version 1 was one LMDB file. It kept exchanges where there are lanes now: `['meta']` names the spool, `['high', exchange]` its
 * highest position, and `['log', exchange, last, messages, bytes]` is
 * `TWSP` · u32 crc32 of all that follows · f64 first position · u32 count · u32 runs ·
 * runs × (f64 receivedAt, u32 messages) · count × u32 length · payloads, little endian.
 */
const MAGIC = 0x50535754;
const HEADER_BYTES = 24;
const LMDB_MAGIC = 0xbeefc0de;
const LMDB_MAGIC_AT = 24;
/** As the setting had it when there was none. */
const FUTURE_TOLERANCE_MICROS = 3_600_000_000;

type Key = readonly (string | number)[];

export interface Version1 {
  readonly id: string;
  /** Its groups of messages, and what is damaged. */
  readonly groups: Iterable<SpoolEntry | LostMessages>;
  /** The highest positions. */
  readonly ends: ReadonlyMap<LaneName, number>;
  readonly close: () => Promise<void>;
}

/** Opens a spool of version 1. @returns `undefined`: there is none; text: why it can't be read */
export async function openVersion1(file: string): Promise<Version1 | string | undefined> {
  if (!existsSync(file)) return undefined;
  if (!(await isLmdb(file))) return 'it is no database';
  // A damaged one can end the process; it must not do so again.
  const mark = `${file}.reading`;
  if (existsSync(mark)) return 'a process ended while it read it';
  try {
    await writeFile(mark, '');
    const { open } = await import('lmdb');
    const database = open<Buffer, Key[number][]>({ path: file, noSubdir: true, encoding: 'binary', readOnly: true });
    const { version, id } = JSON.parse(String(database.get(['meta']) ?? '{}'));
    if (version !== 1) return `it is no spool that this program can read (version ${version})`;
    const groups = database.getRange({ start: ['log'], end: ['log\uffff'] });
    const highs = [...database.getRange({ start: ['high'], end: ['high\uffff'] })];
    return {
      id: String(id),
      groups: groups.map(({ key, value }) => entryOf(key, value)),
      ends: new Map(highs.map(({ key, value }) => [laneName(String(key[1]), 0), Number(String(value))])),
      close: () => database.close(),
    };
  } catch (error) {
    return describeError(error);
  }
}

/** LMDB ends the process when it opens a file of something else. */
async function isLmdb(file: string): Promise<boolean> {
  await using handle = await openFile(file);
  const { buffer } = await handle.read(Buffer.alloc(32), 0, 32, 0);
  return buffer.readUInt32LE(LMDB_MAGIC_AT) === LMDB_MAGIC;
}

/** Another spool took its place. @param isDamaged it is kept beside it @returns where it lies then */
export async function removeVersion1(file: string, isDamaged: boolean): Promise<string> {
  const movedTo = `${file}.damaged`;
  if (isDamaged) await rename(file, movedTo);
  const others = ['', '-lock', '.reading'].map((suffix) => file + suffix);
  for (const path of [...others, join(dirname(file), 'spool.reserve')]) await rm(path, { force: true });
  return movedTo;
}

function entryOf(key: Key, blob: Buffer): SpoolEntry | LostMessages {
  const [lane, last, count] = [laneName(String(key[1]), 0), Number(key[2]), Number(key[3])];
  const places = { lane, after: String(last - count) };
  const isWhole = blob.length >= HEADER_BYTES && blob.readUInt32LE(0) === MAGIC;
  if (!isWhole || blob.readUInt32LE(4) !== crc32(blob.subarray(8))) {
    return { ...places, upTo: String(last), messages: count };
  }
  const messages = messagesOf(blob);
  let [ticks, rejected] = [0, 0];
  for (const { payload, receivedAt } of messages) {
    decodeMessage(payload, receivedAt, FUTURE_TOLERANCE_MICROS, ({ ok }) => (ok ? ticks++ : rejected++));
  }
  return { ...places, position: String(last), messages, ticks, rejected, label: undefined };
}

function messagesOf(blob: Buffer): readonly FeedMessage[] {
  const runs = blob.readUInt32LE(20);
  let lengthAt = HEADER_BYTES + runs * 12;
  let payloadAt = lengthAt + blob.readUInt32LE(16) * 4;
  const messages: FeedMessage[] = [];
  for (let at = HEADER_BYTES; at < HEADER_BYTES + runs * 12; at += 12) {
    const receivedAt = blob.readDoubleLE(at) as EpochMicros;
    for (let left = blob.readUInt32LE(at + 8); left > 0; left--) {
      const end = payloadAt + blob.readUInt32LE(lengthAt);
      messages.push({ payload: blob.subarray(payloadAt, end), receivedAt });
      payloadAt = end;
      lengthAt += 4;
    }
  }
  return messages;
}
