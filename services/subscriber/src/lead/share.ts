import type { LaneName } from '@tickwatch/core';
import type { Survey } from '@tickwatch/store';

export interface Share {
  /** Lanes that nobody leads and that this member should take. */
  readonly take: readonly LaneName[];
  /** A lane that another member should lead; one at a time, so that the rest goes on. */
  readonly leave: LaneName | undefined;
}

/**
 * Spreads lanes over the living members without a word between them: a free lane is for whoever wants it and has the
 * fewest, and for anybody when it stays free; a member gives one away while another that wants it has two fewer.
 * @param wanted the lanes that this member would lead
 * @param wasFree lanes that nobody led at the survey before
 */
export function shareOf(
  { lanes, members }: Survey,
  self: string,
  wanted: readonly LaneName[],
  wasFree: ReadonlySet<LaneName>,
): Share {
  const leaderOf = (lane: LaneName): string | undefined => lanes.get(lane)?.leader;
  const countOf = (owner: string): number => [...lanes.values()].filter(({ leader }) => leader === owner).length;
  const rivals = (lane: LaneName): readonly string[] =>
    [...members].filter(([owner, theirs]) => owner !== self && theirs.includes(lane)).map(([owner]) => owner);
  const mine = countOf(self);
  const take: LaneName[] = [];
  for (const lane of wanted.filter((one) => leaderOf(one) === undefined)) {
    const isFewest = rivals(lane).every((rival) => countOf(rival) >= mine + take.length);
    if (wasFree.has(lane) || isFewest) take.push(lane);
  }
  const isSurplus = (lane: LaneName): boolean => {
    const isNeeded = rivals(lane).some((rival) => countOf(rival) + 2 <= mine);
    // Of two that have as many, the first by name gives.
    return isNeeded && rivals(lane).every((rival) => countOf(rival) < mine || rival > self);
  };
  const led = wanted.filter((lane) => leaderOf(lane) === self);
  return { take, leave: take.length > 0 ? undefined : led.findLast(isSurplus) };
}
