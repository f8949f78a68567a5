/** Of a block's ticks, or some of them, those that have a rank. */
export interface RankColumns {
  /** Ticks without a rank between each one and the one with a rank before. */
  readonly gaps: Float64Array;
  readonly ranks: Float64Array;
}

/** In front of the two codes: how many ticks have a rank, how many items the first code has. */
const HEAD_ITEMS = 2;

/** `undefined`: none has a rank. */
export function rankColumns(ranks: Float64Array): RankColumns | undefined {
  let count = 0;
  for (let i = 0; i < ranks.length; i++) if (ranks[i] !== 0) count++;
  if (count === 0) return undefined;
  const found = { gaps: new Float64Array(count), ranks: new Float64Array(count) };
  let before = -1;
  for (let i = 0, at = 0; at < count; i++) {
    const rank = ranks[i] as number;
    if (rank === 0) continue;
    found.gaps[at] = i - before - 1;
    found.ranks[at++] = rank;
    before = i;
  }
  return found;
}

/** The opposite, for the first so many ticks. `undefined`: the gaps reach beyond `count`, the ticks of the block. */
export function spreadRanks({ gaps, ranks }: RankColumns, ticks: number, count: number): Float64Array | undefined {
  const out = new Float64Array(ticks);
  let at = -1;
  for (let i = 0; i < gaps.length; i++) {
    at += (gaps[i] as number) + 1;
    if (at >= count) return undefined;
    if (at < ticks) out[at] = ranks[i] as number;
  }
  return out;
}

/** As it lies in `ranks` of `sealed_blocks`. */
export function rankCodes(count: number, gaps: readonly number[], ranks: readonly number[]): readonly number[] {
  return [count, gaps.length, ...gaps, ...ranks];
}

export function readRankCodes(array: readonly number[]): {
  readonly count: number;
  readonly gaps: readonly number[];
  readonly ranks: readonly number[];
} {
  const [count = 0, items = 0] = array;
  const end = HEAD_ITEMS + Math.max(0, items);
  return { count, gaps: array.slice(HEAD_ITEMS, end), ranks: array.slice(end) };
}
