import type { Bar } from './bar.ts';
import type { Interest } from './interest.ts';

/** Bars that follow each other, of which each is of interest. */
export interface HotRun {
  /** Index of the first. */
  readonly at: number;
  readonly bars: readonly Bar[];
}

/** @param from bars before it are only known */
export function hotRuns(bars: readonly Bar[], interest: Interest, from: number): readonly HotRun[] {
  const runs: { at: number; bars: Bar[] }[] = [];
  let isHot = false;
  for (const [at, bar] of bars.entries()) {
    if (bar.time < from) continue;
    const isNow = interest.isAt(bars, at);
    if (isNow && isHot) runs.at(-1)?.bars.push(bar);
    else if (isNow) runs.push({ at, bars: [bar] });
    isHot = isNow;
  }
  return runs;
}
