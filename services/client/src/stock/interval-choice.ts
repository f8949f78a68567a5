import { nowMs } from '../clock.ts';
import type { CandleWindow } from './candle-window.ts';
import type { ChartRange } from './chart-model.ts';
import { type ChartInterval, INTERVAL_SECONDS, INTERVALS, intervalFor } from './interval.ts';

/** More places than this are too narrow to tell apart, fewer than this too wide: then other candles fit better. */
const MOST_PLACES = 1500;
const FEWEST_PLACES = 36;
/** What is aimed at when the zoom changes candles, and when a range is chosen. */
const GOOD_PLACES = 600;
export const MOST_AT_ONCE = 800;
/** Candles of fewer ticks than this on average are mere dots: wider ones say more, as long as so many of them remain. */
const FEWEST_TICKS = 3;
const ENOUGH_CANDLES = 60;

/** Candles for a range that somebody asks for. */
export function chosenInterval({ from, to }: ChartRange): ChartInterval {
  return intervalFor((Number.isFinite(to) ? to : nowMs() / 1000) - from, MOST_AT_ONCE);
}

/** Candles for what a zoom shows; undefined: the present ones still fit. */
export function zoomInterval(places: number, seconds: number): ChartInterval | undefined {
  return places >= FEWEST_PLACES && places <= MOST_PLACES ? undefined : intervalFor(seconds, GOOD_PLACES);
}

/** Wider candles where a quiet stock's would be dots; undefined: these say enough. */
export function quietInterval({ bars, interval }: CandleWindow, { from, to }: ChartRange): ChartInterval | undefined {
  const wider = INTERVALS[INTERVALS.indexOf(interval) + 1];
  if (wider === undefined) return undefined;
  const end = Number.isFinite(to) ? to : nowMs() / 1000;
  const seen = bars.filter((bar) => bar.time >= from && bar.time <= end);
  const ticks = seen.reduce((sum, bar) => sum + bar.count, 0);
  const enough = ticks >= FEWEST_TICKS * seen.length || (end - from) / INTERVAL_SECONDS[wider] < ENOUGH_CANDLES;
  return enough ? undefined : wider;
}

/** Whether candles are at most one step from those that fit best: no reason to load others while a chart is moved. */
export function isNear(fitting: ChartInterval, present: ChartInterval): boolean {
  return Math.abs(INTERVALS.indexOf(fitting) - INTERVALS.indexOf(present)) <= 1;
}
