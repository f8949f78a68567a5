import { BLOCK_TICKS } from './sealed-block.ts';

/**
 * Cuts ticks into blocks, as large as may be. Ticks of one time stamp stay together, unless they alone are more than a block.
 * @returns where each block ends
 */
export function blockEnds(times: Float64Array): readonly number[] {
  const ends: number[] = [];
  for (let start = 0; start < times.length; ) {
    let end = Math.min(start + BLOCK_TICKS, times.length);
    if (end < times.length && times[end] === times[end - 1]) {
      let group = end - 1;
      while (group > start && times[group - 1] === times[end]) group--;
      if (group > start) end = group;
    }
    ends.push(end);
    start = end;
  }
  return ends;
}
