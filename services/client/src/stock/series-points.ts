import type { Bar } from './bar.ts';
import { type CandleWindow, MAX_GAP_SLOTS } from './candle-window.ts';
import { emptyPlaces } from './empty-places.ts';
import { INTERVAL_SECONDS, isDaily, nextBucket } from './interval.ts';
import { type ClosedSpans, lengthOf, type TimeSpan, within } from './time-spans.ts';

/** Time without ticks between two bars, in seconds, and the places of those bars on the chart. */
export interface Stretch extends TimeSpan {
  readonly before: number;
  readonly after: number;
  /** It stands out: a line is broken there. */
  readonly noticeable: boolean;
}

/** A window's bars as places on a chart: each place a bar, or empty where no tick was. */
export interface SeriesPoints {
  readonly times: readonly number[];
  readonly bars: readonly (Bar | undefined)[];
  /** Width of a candle in seconds. */
  readonly width: number;
  readonly stretches: readonly Stretch[];
  /** Silence shorter than this, in seconds, never stands out. */
  readonly shortest: number;
  /** Places of the first bars of sessions, where the hours between them are left out. */
  readonly openings: readonly number[];
}

/** Of a chart that has none yet; live bars are put into it. */
export function noPoints(): SeriesPoints {
  return { times: [], bars: [], width: 1, stretches: [], shortest: 0, openings: [] };
}

/** Gaps shorter than this never stand out: quiet seconds are no outage. */
const MIN_GAP_SLOTS = 5;

const NEVER: ClosedSpans = { closed: [], hidden: false };

/** Silence while exchanges are closed is no wonder; where that is hidden, it takes no places. */
export function seriesPoints(window: CandleWindow, { closed, hidden }: ClosedSpans = NEVER): SeriesPoints {
  const width = INTERVAL_SECONDS[window.interval];
  const times: number[] = [];
  const bars: (Bar | undefined)[] = [];
  const stretches: Stretch[] = [];
  const silences = window.bars.map((_, index) => silenceBefore(window, index, width, closed));
  const shortest = noticeableSilence(silences, width);
  window.bars.forEach((bar, index) => {
    const silence = silences[index];
    if (silence !== undefined) {
      const before = times.length - 1;
      for (const time of emptyPlaces(silence.span, window, hidden ? closed : [])) {
        times.push(time);
        bars.push(undefined);
      }
      const noticeable = (hidden ? silence.open : lengthOf([silence.span])) >= shortest;
      stretches.push({ ...silence.span, before, after: times.length, noticeable });
    }
    times.push(bar.time);
    bars.push(bar);
  });
  const openings = hidden && !isDaily(window.interval) ? openingsAmong(times, width, closed) : [];
  return { times, bars, width, stretches, shortest, openings };
}

/** The places in which, or before which, exchanges opened. */
function openingsAmong(times: readonly number[], width: number, closed: readonly TimeSpan[]): readonly number[] {
  const places = closed.map(({ to }) => {
    const next = placeOf(times, to);
    // The candle before it may hold the opening.
    return times[next] !== to && (times[next - 1] ?? Number.NEGATIVE_INFINITY) + width > to ? next - 1 : next;
  });
  return [...new Set(places)].filter((place) => place > 0 && place < times.length);
}

interface Silence {
  readonly span: TimeSpan;
  /** Seconds of it in which ticks were to be expected. */
  readonly open: number;
}

function silenceBefore(
  window: CandleWindow,
  index: number,
  width: number,
  closed: readonly TimeSpan[],
): Silence | undefined {
  const gap = window.gapBefore(index);
  const [before, bar] = [window.bars[index - 1], window.bars[index]];
  if (gap === 0 || before === undefined || bar === undefined) return undefined;
  const span = { from: nextBucket(before.time, window.interval, window.zone), to: bar.time };
  return { span, open: gap * width - lengthOf(within(span, closed)) };
}

/** Silence stands out when it is far longer than the usual distance of this stock's ticks. */
function noticeableSilence(silences: readonly (Silence | undefined)[], width: number): number {
  let [sum, count] = [0, 0];
  for (const silence of silences.slice(1)) {
    const gap = (silence?.open ?? 0) / width;
    if (gap >= MAX_GAP_SLOTS) continue;
    sum += gap;
    count++;
  }
  return Math.min(MAX_GAP_SLOTS, MIN_GAP_SLOTS + Math.ceil((8 * sum) / Math.max(1, count))) * width;
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

/** Where a moment lies between places: a bar reaches from half a place before its own to half a place behind it. */
export function edgeAt({ times, bars, width }: SeriesPoints, time: number): number {
  const next = placeOf(times, time);
  if (times[next] === time) return next - 0.5;
  const place = next - 1;
  const start = times[place];
  if (start === undefined) return -0.5;
  const following = times[next];
  if (following === undefined) return place - 0.5 + (time - start) / width;
  // An empty place may stand for much more time than a candle does.
  const length = bars[place] === undefined ? following - start : width;
  return place - 0.5 + Math.min(1, (time - start) / length);
}
