import { BLOCK_TICKS } from './sealed-block.ts';

/** PostgreSQL keeps a long value in pieces of so many bytes, four a page; a piece that is not full wastes much of its page. */
const CHUNK_BYTES = 1996;
/** In fewer pieces, waste costs less than more blocks do. */
const FEWEST_CHUNKS = 4;
/** The last piece is full enough. */
const FULL_ENOUGH = 0.94;
/** As much as the size of equally many ticks varies. */
const MARGIN_BYTES = 40;

/**
 * Where a block may end that starts here and holds at most so many ticks. Ticks of one time stamp stay together, unless they
 * alone are more than that.
 */
export function blockEnd(times: Float64Array, start: number, most: number): number {
  const end = Math.min(start + most, times.length);
  if (end === times.length || times[end] !== times[end - 1]) return end;
  let group = end - 1;
  while (group > start && times[group - 1] === times[end]) group--;
  return group > start ? group : Math.min(start + BLOCK_TICKS, times.length);
}

/** How many ticks fill whole pieces, going by the payload that some take; as many as a block holds if it does not matter. */
export function fittingTicks(ticks: number, payloadBytes: number): number {
  const bytesOfTick = payloadBytes / ticks;
  const chunks = Math.floor((BLOCK_TICKS * bytesOfTick) / CHUNK_BYTES);
  return chunks < FEWEST_CHUNKS ? BLOCK_TICKS : Math.floor((chunks * CHUNK_BYTES - MARGIN_BYTES) / bytesOfTick);
}

/** Whether it is worthwhile to pack fewer ticks. */
export function fillsChunks(payloadBytes: number): boolean {
  const chunks = payloadBytes / CHUNK_BYTES;
  return chunks < FEWEST_CHUNKS || chunks === Math.floor(chunks) || chunks - Math.floor(chunks) >= FULL_ENOUGH;
}
