import { crc32 } from 'node:zlib';
import { decodeMessage, type EpochMicros, laneName } from '@tickwatch/core';
import type { FeedMessage } from '../../durable-log.ts';
import type { SpoolDatabase } from '../lmdb-table.ts';
import type { LaneState } from '../record-format.ts';
import { recordOf, recordsOf } from '../record-format.ts';
import type { SpoolCopy } from './spool-copy.ts';

/**
 * Version 1 kept exchanges where there are lanes now: `['high', exchange]` and `['log', exchange, last, messages, bytes]` with
 * `TWSP` · u32 crc32 of all that follows · f64 first position · u32 count · u32 runs ·
 * runs × (f64 receivedAt, u32 messages) · count × u32 length · payloads, little endian.
 */
const MAGIC = 0x50535754;
const HEADER_BYTES = 24;
/** As the setting had it when there was none. */
const FUTURE_TOLERANCE_MICROS = 3_600_000_000;

/** Copies a spool of version 1 as one of this version. @returns what is wrong with it */
export async function copyVersion1(database: SpoolDatabase, id: string, copy: SpoolCopy): Promise<string | undefined> {
  const states = new Map<string, LaneState>();
  let damaged = 0;
  for (const key of database.getKeys({ start: ['log'], end: ['log\uffff'] })) {
    const [lane, last, count] = [laneName(String(key[1]), 0), Number(key[2]), Number(key[3])];
    const state = states.get(lane) ?? newState(id, lane, last - count);
    const messages = decode(database.get(key));
    if (messages === undefined) {
      damaged++;
      states.set(lane, { ...state, tail: last, messages: state.messages + count });
      continue;
    }
    const [after, position] = [String(last - messages.length), String(last)];
    const entry = { lane, messages, after, position, label: undefined, ...countTicks(messages) };
    const { puts, added } = recordsOf([entry], () => state, 0);
    for (const put of puts) await copy.put(...put);
    states.set(lane, added[0]?.state ?? state);
  }
  for (const { key, value } of database.getRange({ start: ['high'], end: ['high\uffff'] })) {
    const lane = laneName(String(key[1]), 0);
    const last = Number(value.toString());
    const state = states.get(lane) ?? newState(id, lane, last);
    states.set(lane, { ...state, last: Math.max(last, state.tail) });
  }
  for (const state of states.values()) await copy.put(...recordOf(state));
  return damaged > 0 ? `${damaged} groups of messages in it are damaged` : undefined;
}

function newState(id: string, lane: string, at: number): LaneState {
  return { kind: 'lane', id, lane, last: at, trimmed: at, tail: at, messages: 0, removed: 0 };
}

function countTicks(messages: readonly FeedMessage[]): { readonly ticks: number; readonly rejected: number } {
  let [ticks, rejected] = [0, 0];
  for (const { payload, receivedAt } of messages) {
    decodeMessage(payload, receivedAt, FUTURE_TOLERANCE_MICROS, ({ ok }) => (ok ? ticks++ : rejected++));
  }
  return { ticks, rejected };
}

/** @returns `undefined`: damaged */
function decode(blob: Buffer | undefined): readonly FeedMessage[] | undefined {
  if (blob === undefined || blob.length < HEADER_BYTES || blob.readUInt32LE(0) !== MAGIC) return undefined;
  if (blob.readUInt32LE(4) !== crc32(blob.subarray(8))) return undefined;
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
