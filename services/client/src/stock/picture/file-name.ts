import { wallClock } from '../../format/zone.ts';

/** A file's name that says what is in it, in order of time and without what file systems don't take: `AAPL 2026-11-22 14.05.00 to 14.20.00`. */
export function pictureName(stock: string, zone: string, from: number, to: number): string {
  const [start, end] = [texts(zone, from), texts(zone, to)];
  const range = `${start.date} ${start.time} to ${start.date === end.date ? '' : `${end.date} `}${end.time}`;
  return `${stock.slice(0, 80)} ${range}`.replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, '_');
}

function texts(zone: string, seconds: number): { readonly date: string; readonly time: string } {
  const { year, month, day, hour, minute, second } = wallClock(zone, seconds * 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return {
    date: `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`,
    time: `${two(hour)}.${two(minute)}.${two(second)}`,
  };
}
