import type { BlockTicks } from './block-draft.ts';

/** Runs {ticks, seq, ...} over the block: what each tick that is alone in its time stamp goes by. `null`: 0, all of them. */
export function encodeOrigins(
  { ticks: { times, seqs }, start, end, originOf }: BlockTicks,
  tied: readonly number[],
): readonly number[] | null {
  const runs: number[] = [];
  let nextTied = 0;
  let run = 0;
  let last = 0;
  for (let i = start; i < end; i++) {
    let origin = last;
    if (tied[nextTied] === i - start) nextTied++;
    // Alone in this block only: the others of its time stamp fill the one before.
    else if (times[i] === times[i - 1] || times[i] === times[i + 1]) origin = seqs[i] as number;
    else origin = originOf?.(seqs[i] as number) ?? 0;
    if (origin !== last && run > 0) {
      runs.push(run, last);
      run = 0;
    }
    last = origin;
    run++;
  }
  if (runs.length === 0 && last === 0) return null;
  runs.push(run, last);
  return runs;
}
