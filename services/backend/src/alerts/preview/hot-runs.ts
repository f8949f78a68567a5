import type { Bar } from './bar.ts';
import { dayOf, type Interest } from './interest.ts';

/** Bars that follow each other, the first and the last of interest. */
export interface HotRun {
  /** Index of the first. */
  readonly at: number;
  readonly bars: readonly Bar[];
  /** Between it and the run before, if there is one, nothing was of interest. */
  readonly isBehindCalm: boolean;
}

/** The minutes of so many hours are fewer than the most candles of one answer. */
const MAX_BARS = 1000;

/**
 * @param from bars before it are only known
 * @param few runs with no more ticks than this between them are one
 */
export function hotRuns(bars: readonly Bar[], interest: Interest, from: number, few: number): readonly HotRun[] {
  const runs: { at: number; bars: Bar[]; isBehindCalm: boolean }[] = [];
  let calm = 0;
  for (const [at, bar] of bars.entries()) {
    if (bar.time < from) continue;
    if (!interest.isAt(bars, at)) {
      calm += bar.count;
      continue;
    }
    const last = runs.at(-1);
    if (last !== undefined && calm <= few && hasRoom(interest, last.bars, bar)) {
      last.bars.push(...bars.slice(last.at + last.bars.length, at + 1));
    } else runs.push({ at, bars: [bar], isBehindCalm: calm > 0 });
    calm = 0;
  }
  return runs;
}

function hasRoom({ isOver }: Interest, bars: readonly Bar[], { time }: Bar): boolean {
  const isSameDay = isOver === undefined || dayOf((bars[0] as Bar).time) === dayOf(time);
  return isSameDay && bars.length < MAX_BARS;
}

/** How many ticks a run has. */
export function ticksOf({ bars }: HotRun): number {
  return bars.reduce((all, { count }) => all + count, 0);
}
