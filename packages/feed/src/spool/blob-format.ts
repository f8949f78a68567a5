import { crc32 } from 'node:zlib';
import type { EpochMicros } from '@tickwatch/core';
import { type LogEntry, payloadBytes } from '../log-entry.ts';
import type { FeedMessage } from '../tick-feed.ts';

/** Version of the whole spool: its keys, its meta record and the blobs. A reader refuses any other. */
export const SPOOL_VERSION = 1;

/**
 * A group of messages as the spool stores it, little endian:
 * `TWSP` · u32 crc32 of all that follows · f64 first position · u32 count · u32 runs ·
 * runs × (f64 receivedAt, u32 messages) · count × u32 length · payloads.
 * Messages that were received in one read share their time, hence runs.
 */
const MAGIC = 0x50535754;
const HEADER_BYTES = 24;
const RUN_BYTES = 12;
const LENGTH_BYTES = 4;

interface Run {
  readonly receivedAt: EpochMicros;
  count: number;
}

export function encodeBlob(first: number, messages: readonly FeedMessage[]): Buffer {
  const runs = toRuns(messages);
  const lengthsAt = HEADER_BYTES + runs.length * RUN_BYTES;
  const payloadsAt = lengthsAt + messages.length * LENGTH_BYTES;
  const blob = Buffer.allocUnsafeSlow(payloadsAt + payloadBytes(messages));
  blob.writeUInt32LE(MAGIC, 0);
  blob.writeDoubleLE(first, 8);
  blob.writeUInt32LE(messages.length, 16);
  blob.writeUInt32LE(runs.length, 20);
  runs.forEach(({ receivedAt, count }, i) => {
    blob.writeDoubleLE(receivedAt, HEADER_BYTES + i * RUN_BYTES);
    blob.writeUInt32LE(count, HEADER_BYTES + i * RUN_BYTES + 8);
  });
  let lengthAt = lengthsAt;
  let payloadAt = payloadsAt;
  for (const { payload } of messages) {
    blob.writeUInt32LE(payload.length, lengthAt);
    blob.set(payload, payloadAt);
    lengthAt += LENGTH_BYTES;
    payloadAt += payload.length;
  }
  blob.writeUInt32LE(crc32(blob.subarray(8)), 4);
  return blob;
}

/** @returns `undefined`: damaged */
export function decodeBlob(exchange: string, blob: Buffer): LogEntry | undefined {
  if (!isBlobIntact(blob)) return undefined;
  const count = blob.readUInt32LE(16);
  const runs = blob.readUInt32LE(20);
  let lengthAt = HEADER_BYTES + runs * RUN_BYTES;
  let payloadAt = lengthAt + count * LENGTH_BYTES;
  const messages: FeedMessage[] = [];
  for (let run = 0; run < runs; run++) {
    const receivedAt = blob.readDoubleLE(HEADER_BYTES + run * RUN_BYTES) as EpochMicros;
    const end = messages.length + blob.readUInt32LE(HEADER_BYTES + run * RUN_BYTES + 8);
    while (messages.length < end) {
      const length = blob.readUInt32LE(lengthAt);
      messages.push({ payload: blob.subarray(payloadAt, payloadAt + length), receivedAt });
      lengthAt += LENGTH_BYTES;
      payloadAt += length;
    }
  }
  return { exchange, first: blob.readDoubleLE(8), messages };
}

/** True when a blob is what was once written. */
export function isBlobIntact(blob: Buffer): boolean {
  if (blob.length < HEADER_BYTES || blob.readUInt32LE(0) !== MAGIC) return false;
  return blob.readUInt32LE(4) === crc32(blob.subarray(8));
}

function toRuns(messages: readonly FeedMessage[]): readonly Run[] {
  const runs: Run[] = [];
  let current: Run | undefined;
  for (const { receivedAt } of messages) {
    if (current !== undefined && current.receivedAt === receivedAt) {
      current.count++;
    } else {
      current = { receivedAt, count: 1 };
      runs.push(current);
    }
  }
  return runs;
}
