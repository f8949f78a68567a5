import type { SequencedTick } from '@tickwatch/core';
import { sha1 } from './sha1.ts';

/** The namespace of firings: a UUID of its own, drawn once. */
const NAMESPACE = '7c9d2f0e5b1a4e63a8f04d2b6c913e57';
const encoder = new TextEncoder();

/**
 * The id of a firing: a UUID of version 5 (RFC 9562) that follows from these parts alone, so that whoever judges the same
 * again finds the same.
 */
export function firingId(parts: readonly (string | number)[]): string {
  const name = encoder.encode(JSON.stringify(parts));
  const bytes = new Uint8Array(16 + name.length);
  for (let i = 0; i < 16; i++) bytes[i] = Number.parseInt(NAMESPACE.slice(2 * i, 2 * i + 2), 16);
  bytes.set(name, 16);
  const id = sha1(bytes).slice(0, 16);
  id[6] = ((id[6] as number) & 0x0f) | 0x50;
  id[8] = ((id[8] as number) & 0x3f) | 0x80;
  const hex = Array.from(id, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Tells a tick of a stock apart from all others: numbers of another lane, that had the stock before, may be the same. */
export function tickKey({ time, seq }: SequencedTick): string {
  return `${time} ${seq}`;
}
