import { type ActiveHours, type EpochMicros, MICROS_PER_DAY, namedZone, WEEKDAYS, weekday } from '@tickwatch/core';

const MICROS_PER_MINUTE = 60_000_000;

/**
 * Whether a moment is within the hours: by the wall clock of their zone, from `from` on and before `to`. Hours that go over
 * midnight belong to the day on which they begin; `from` = `to`: all day. A zone that is not known here is never within.
 */
export function isActive(hours: ActiveHours, moment: EpochMicros): boolean {
  const wall = namedZone(hours.timezone)?.wallOf(moment);
  if (wall === undefined) return false;
  const day = Math.floor(wall / MICROS_PER_DAY);
  const minute = (wall - day * MICROS_PER_DAY) / MICROS_PER_MINUTE;
  const [from, to] = [minuteOf(hours.from), minuteOf(hours.to)];
  if (from < to) return minute >= from && minute < to && isOn(hours, day);
  return minute >= from ? isOn(hours, day) : minute < to && isOn(hours, day - 1);
}

function isOn({ days }: ActiveHours, day: number): boolean {
  return days === undefined || days.some((name) => WEEKDAYS.indexOf(name) === weekday(day));
}

function minuteOf(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}
