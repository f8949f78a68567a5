import { BLOCK_TICKS } from './sealed-block.ts';

/**
 * Where a block ends that starts at a tick and is to have at most so many. Ticks of one time stamp stay together, unless they
 * alone are more than a block.
 */
export function blockEnd(times: Float64Array, start: number, most = BLOCK_TICKS): number {
  let end = Math.min(start + most, times.length);
  if (end >= times.length || times[end] !== times[end - 1]) return end;
  const time = times[end];
  let group = end - 1;
  while (group > start && times[group - 1] === time) group--;
  if (group > start) return group;
  const last = Math.min(start + BLOCK_TICKS, times.length);
  while (end < last && times[end] === time) end++;
  return end;
}
