import type { CandleWindow } from './candle-window.ts';
import type { ChartRange } from './chart-model.ts';
import type { VisiblePlaces } from './drawing/price-chart.ts';
import { INTERVAL_SECONDS } from './interval.ts';

/** What of a range lies within bounds; all of the bounds, when nothing does. */
export function clamped({ from, to }: ChartRange, bounds: ChartRange | undefined): ChartRange {
  if (bounds === undefined) return { from, to };
  const range = { from: Math.max(from, bounds.from), to: Math.min(to, bounds.to) };
  return range.from < range.to ? range : bounds;
}

/** The times that visible places stand for, beyond both ends of what is loaded too; undefined: nothing is drawn. */
export function rangeOf(
  places: VisiblePlaces,
  times: readonly number[],
  { interval, live }: Pick<CandleWindow, 'interval' | 'live'>,
): ChartRange | undefined {
  const [first, last] = [times[0], times[times.length - 1]];
  if (first === undefined || last === undefined) return undefined;
  const width = INTERVAL_SECONDS[interval];
  const at = (place: number): number => {
    if (place < 0) return first + place * width;
    return place >= times.length ? last + (place - times.length + 1) * width : (times[Math.floor(place)] ?? last);
  };
  const toNow = live && places.to >= times.length - 1;
  return { from: at(Math.ceil(places.from)), to: toNow ? Number.POSITIVE_INFINITY : at(places.to) + width };
}
