import type { DatabaseHead } from './database-head.ts';
import { LEVEL_WIDTH, type NoMinutes } from './range-plan.ts';

/** Where single ticks are no longer kept, minutes are. `undefined`: they are everywhere. */
export function noMinutesOf({
  rawFrom,
  minutesFrom,
}: Pick<DatabaseHead, 'rawFrom' | 'minutesFrom'>): NoMinutes | undefined {
  if (minutesFrom === undefined) return undefined;
  return { from: rawFrom ?? Number.NEGATIVE_INFINITY, until: minutesFrom };
}

/** Where the bucket begins, a minute if there are minutes, whose ticks alone tell the last one before a moment. */
export function finestBegin(moment: number, none: NoMinutes | undefined): number {
  const isIn = none !== undefined && moment >= none.from && moment < none.until;
  const width = isIn ? LEVEL_WIDTH.hour : LEVEL_WIDTH.minute;
  return Math.floor(moment / width) * width;
}
