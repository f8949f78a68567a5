import { BLOCK_TICKS } from './sealed-block.ts';

/** PostgreSQL keeps a long value in pieces of so many bytes, four a page; a piece that is not full wastes much of its page. */
const CHUNK_BYTES = 1996;
/** In fewer pieces, waste costs less than more blocks do. */
const FEWEST_CHUNKS = 4;
/** The last piece is full enough. */
const FULL_ENOUGH = 0.94;
/** What fills less of a piece lies in the row itself. */
const ROW_ENOUGH = 0.85;
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

/** As many ticks as fill whole pieces, at most so many, going by the payload that some take. */
export function fittingTicks(most: number, ticks: number, payloadBytes: number): number {
  const bytesOfTick = payloadBytes / ticks;
  const chunks = Math.floor((most * bytesOfTick) / CHUNK_BYTES);
  return chunks === 0 ? most : Math.floor((chunks * CHUNK_BYTES - MARGIN_BYTES) / bytesOfTick);
}

/** Whether fewer ticks should be in the block. Those that a day's last block leaves are few: they lie in a row of their own. */
export function isWasteful(payloadBytes: number, isLast: boolean): boolean {
  const chunks = payloadBytes / CHUNK_BYTES;
  const rest = chunks - Math.floor(chunks);
  return isLast
    ? chunks > 1 && rest > 0 && rest < ROW_ENOUGH
    : chunks > FEWEST_CHUNKS && rest > 0 && rest < FULL_ENOUGH;
}
