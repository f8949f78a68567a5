import type { SequencedTick } from '@tickwatch/core';
import { marketTick } from '@tickwatch/store';
import type { Head } from './read-ahead.ts';

/** What a tick takes in the live form beside its names and its price. */
const TICK_BYTES = 110;

/**
 * The ticks that make the next message: those up to a clock, at most so many and of so many bytes in the live form. One that
 * is due goes alone, however long it is.
 */
export function takeTicks(
  { chunk, index }: Head,
  upTo: number,
  most: number,
  mostBytes: number,
): readonly SequencedTick[] {
  const ticks: SequencedTick[] = [];
  const until = Math.min(chunk.count, index + most);
  let bytes = 0;
  for (let i = index; i < until && (chunk.clocks[i] as number) <= upTo; i++) {
    const tick = marketTick(chunk, i);
    bytes += TICK_BYTES + tick.price.length + bytesOf(tick.stock) + bytesOf(tick.exchange);
    if (bytes > mostBytes && ticks.length > 0) break;
    ticks.push(tick);
  }
  return ticks;
}

// Names recur. Bounded against odd ones.
const known = new Map<string, number>();

function bytesOf(name: string): number {
  let bytes = known.get(name);
  if (bytes === undefined) {
    if (known.size > 50_000) known.clear();
    bytes = Buffer.byteLength(JSON.stringify(name));
    known.set(name, bytes);
  }
  return bytes;
}
