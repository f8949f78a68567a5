import { wallClock } from '../../format/zone.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

// The chart library's weights of marks on the axis: year, month, day, time, time with seconds.
const YEAR = 0;
const MONTH = 1;
const SECONDS = 4;

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** The text of a mark on the time axis. `time`: epoch seconds. */
export function axisText(time: number, type: number, zone: string, daily: boolean): string {
  const clock = wallClock(zone, time * 1000);
  const midnight = clock.hour === 0 && clock.minute === 0 && clock.second === 0;
  if (type === YEAR && (daily || midnight)) return String(clock.year);
  if (type === MONTH && (daily || midnight)) return MONTHS[clock.month - 1] ?? '';
  if (daily || midnight) return `${clock.day} ${MONTHS[clock.month - 1]}`;
  const text = `${two(clock.hour)}:${two(clock.minute)}`;
  // A mark at UTC's midnight is only a time of day on other clocks.
  return type === SECONDS || clock.second !== 0 ? `${text}:${two(clock.second)}` : text;
}

/** The text of the crosshair's time. */
export function crosshairText(time: number, zone: string, daily: boolean): string {
  const clock = wallClock(zone, time * 1000);
  const date = `${clock.day} ${MONTHS[clock.month - 1]} ${clock.year}`;
  return daily ? date : `${date}  ${two(clock.hour)}:${two(clock.minute)}:${two(clock.second)}`;
}
