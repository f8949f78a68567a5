import type { MarketBuffer } from './market-buffer.ts';
import type { MarketChunk } from './market-chunk.ts';
import type { MarketDay } from './market-days.ts';

/** Ticks in order: all that come before a moment. */
export interface MarketWindow {
  readonly buffer: MarketBuffer;
  readonly order: Uint32Array;
  readonly days: readonly MarketDay[];
  /** Which of the order: `from` … `until - 1`. */
  readonly from: number;
  readonly until: number;
}

/** Ticks `from` … `until - 1` of the order, as columns of their own. */
export function chunkOf({ buffer, order }: MarketWindow, from: number, until: number): MarketChunk {
  const count = until - from;
  const keyOf = new Uint32Array(count);
  const times = new Float64Array(count);
  const clocks = new Float64Array(count);
  const seqs = new Float64Array(count);
  const mantissas = new Float64Array(count);
  const decimals = new Uint8Array(count);
  const texts = new Map<number, string>();
  for (let at = 0; at < count; at++) {
    const i = order[from + at] as number;
    keyOf[at] = buffer.keyOf[i] as number;
    times[at] = buffer.times[i] as number;
    clocks[at] = buffer.clocks[i] as number;
    seqs[at] = buffer.seqs[i] as number;
    mantissas[at] = buffer.mantissas[i] as number;
    decimals[at] = buffer.decimals[i] as number;
  }
  if (buffer.texts.size > 0) {
    for (let at = 0; at < count; at++) {
      const text = buffer.texts.get(order[from + at] as number);
      if (text !== undefined) texts.set(at, text);
    }
  }
  return { count, keys: buffer.keys.all, keyOf, times, clocks, seqs, mantissas, decimals, texts };
}
