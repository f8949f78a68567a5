import { type CalendarHours, dayText, type Hours, hoursOn, MINUTES_PER_DAY, parseDay } from './opening-hours.ts';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Which two days can't both be kept, because the exchange would open on the second before it closed; in words. */
export function overlapOf(hours: CalendarHours): string | undefined {
  for (const [i, openings] of hours.week.entries()) {
    const next = (i + 1) % 7;
    if (overlaps(openings, hours.week[next])) {
      return `hours of ${WEEKDAYS[i]} last into those of ${WEEKDAYS[next]}; an opening has to end before the next begins`;
    }
  }
  for (const text of hours.special.keys()) {
    const day = parseDay(text) ?? 0;
    for (const first of [day - 1, day]) {
      if (overlaps(hoursOn(hours, first), hoursOn(hours, first + 1))) {
        return `hours of ${dayText(first)} last into those of ${dayText(first + 1)}; give one of them other hours in special`;
      }
    }
  }
  return undefined;
}

function overlaps(day: readonly Hours[], next: readonly Hours[] = []): boolean {
  const open = next[0]?.open;
  return open !== undefined && day.some(({ close }) => close > open + MINUTES_PER_DAY);
}
