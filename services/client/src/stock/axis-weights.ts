import type { ZoneClock } from '../format/zone-clock.ts';

/** How much a mark on the time axis says: the heavier ones are shown first, lighter ones where room is left between. */
export const AXIS_WEIGHT = { hour: 30, session: 40, day: 50, week: 55, month: 60, year: 70 } as const;

/** Times of day that marks stand at, each a multiple of the ones before it; widest first. */
const STEPS: readonly (readonly [seconds: number, weight: number])[] = [
  [43_200, 33],
  [21_600, 32],
  [10_800, 31],
  [3600, AXIS_WEIGHT.hour],
  [1800, 23],
  [900, 22],
  [300, 21],
  [60, 20],
  [30, 13],
  [10, 12],
  [5, 11],
  [1, 10],
];

const DAY = 86_400;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY = 4;

/** The weight of a place, by what a zone's clock shows there that it did not show at the place before. Epoch seconds. */
export function axisWeight(clock: ZoneClock, before: number, time: number): number {
  const [from, to] = [clock.wallAt(before), clock.wallAt(time)];
  const [dayBefore, day] = [Math.floor(from / DAY), Math.floor(to / DAY)];
  if (dayBefore !== day) return weightOfDay(dayBefore, day);
  // Where the clock is set back, what it shows begins again.
  const changed = clock.offsetAt(before) !== clock.offsetAt(time);
  const step = STEPS.find(
    ([seconds]) => Math.floor(from / seconds) !== Math.floor(to / seconds) || (changed && to % seconds === 0),
  );
  return step?.[1] ?? 0;
}

function weightOfDay(before: number, day: number): number {
  const [a, b] = [new Date(before * DAY * 1000), new Date(day * DAY * 1000)];
  if (a.getUTCFullYear() !== b.getUTCFullYear()) return AXIS_WEIGHT.year;
  if (a.getUTCMonth() !== b.getUTCMonth()) return AXIS_WEIGHT.month;
  const week = (days: number): number => Math.floor((days - FIRST_MONDAY) / 7);
  return week(before) === week(day) ? AXIS_WEIGHT.day : AXIS_WEIGHT.week;
}
