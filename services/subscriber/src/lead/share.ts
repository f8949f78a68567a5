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
  survey: Survey,
  self: string,
  wanted: readonly LaneName[],
  wasFree: ReadonlySet<LaneName>,
): Share {
  const counts = countLed(survey);
  const take: LaneName[] = [];
  for (const lane of wanted) {
    if (survey.lanes.get(lane)?.leader !== undefined) continue;
    const mine = (counts.get(self) ?? 0) + take.length;
    if (wasFree.has(lane) || rivals(survey, self, lane).every((rival) => (counts.get(rival) ?? 0) >= mine)) {
      take.push(lane);
    }
  }
  return { take, leave: take.length > 0 ? undefined : surplus(survey, self, wanted, counts) };
}

function surplus(
  survey: Survey,
  self: string,
  wanted: readonly LaneName[],
  counts: ReadonlyMap<string, number>,
): LaneName | undefined {
  const mine = counts.get(self) ?? 0;
  const led = wanted.filter((lane) => survey.lanes.get(lane)?.leader === self);
  return led.findLast((lane) => {
    const others = rivals(survey, self, lane);
    const isNeeded = others.some((rival) => (counts.get(rival) ?? 0) + 2 <= mine);
    // Of two that have as many, the first by name gives.
    return isNeeded && others.every((rival) => (counts.get(rival) ?? 0) < mine || rival > self);
  });
}

function rivals({ members }: Survey, self: string, lane: LaneName): readonly string[] {
  return [...members].filter(([owner, lanes]) => owner !== self && lanes.includes(lane)).map(([owner]) => owner);
}

function countLed({ lanes }: Survey): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { leader } of lanes.values()) if (leader !== undefined) counts.set(leader, (counts.get(leader) ?? 0) + 1);
  return counts;
}
