import assert from 'node:assert/strict';
import { type Decoded, decodeMessage, type EpochMicros, parseDateTime } from '../src/index.ts';

export const RECEIVED = parseDateTime('2026-11-22T10:00:00.000001Z') as EpochMicros;
export const TOLERANCE = 300_000_000;

export interface Part {
  readonly item: Decoded;
  /** The bytes that say so. */
  readonly text: string;
}

/** What a message says, part by part. */
export function partsOf(message: string | Uint8Array): readonly Part[] {
  const payload = typeof message === 'string' ? Buffer.from(message) : Buffer.from(message);
  const parts: Part[] = [];
  decodeMessage(payload, RECEIVED, TOLERANCE, (item, start, end) => {
    parts.push({ item, text: payload.subarray(start, end).toString() });
  });
  return parts;
}

/** What a message of one part says. */
export function decode(message: string | Uint8Array): Decoded {
  const parts = partsOf(message);
  assert.equal(parts.length, 1, `one part of ${JSON.stringify(message)}`);
  return (parts[0] as Part).item;
}

export function fateOf(item: Decoded): string {
  return item.ok ? `${item.stock} ${item.price}` : item.reason;
}
