import type { Bar } from './bar.ts';
import { type CandleWindow, MAX_GAP_SLOTS } from './candle-window.ts';
import { INTERVAL_SECONDS } from './interval.ts';

/** A stretch without ticks, in places on the chart; both ends exclusive. */
export interface Gap {
  readonly before: number;
  readonly after: number;
  readonly seconds: number;
}

/** A window's bars as places on a chart: each place a bar, or empty where no tick was. */
export interface SeriesPoints {
  readonly times: readonly number[];
  readonly bars: readonly (Bar | undefined)[];
  /** Gaps that stand out; a line is broken there. */
  readonly gaps: readonly Gap[];
}

/** Gaps shorter than this never stand out: quiet seconds are no outage. */
const MIN_GAP_SLOTS = 5;

export function seriesPoints(window: CandleWindow): SeriesPoints {
  const width = INTERVAL_SECONDS[window.interval];
  const times: number[] = [];
  const bars: (Bar | undefined)[] = [];
  const gaps: Gap[] = [];
  const noticeable = noticeableGap(window);
  window.bars.forEach((bar, index) => {
    const gap = window.gapBefore(index);
    const before = times.length - 1;
    const start = times[before] ?? 0;
    for (let slot = 1; slot <= Math.min(gap, MAX_GAP_SLOTS); slot++) {
      times.push(start + slot * width);
      bars.push(undefined);
    }
    if (gap >= noticeable) gaps.push({ before, after: times.length, seconds: gap * width });
    times.push(bar.time);
    bars.push(bar);
  });
  return { times, bars, gaps };
}

/** A gap stands out when it is far longer than the usual distance of this stock's ticks. */
function noticeableGap(window: CandleWindow): number {
  let [sum, count] = [0, 0];
  for (let index = 1; index < window.bars.length; index++) {
    const gap = window.gapBefore(index);
    if (gap >= MAX_GAP_SLOTS) continue;
    sum += gap;
    count++;
  }
  return Math.min(MAX_GAP_SLOTS, MIN_GAP_SLOTS + Math.ceil((8 * sum) / Math.max(1, count)));
}

/** The place of the first bar at or after a time; `times.length` when there is none. */
export function placeOf(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
