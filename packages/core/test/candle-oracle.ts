import { CANDLE_INTERVALS, type CandleInterval } from '../src/index.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const FIRST_MONDAY = 4 * DAY;

/**
 * Where candles begin in `[from, until)`, in ms, found by looking at a wall clock minute by minute (each second in a zone
 * whose offset has odd seconds). One hour and less: where the clock reads a multiple, and where it is changed by no multiple. More:
 * where it reads for the first time what belongs to the next candle.
 */
export function startsByWalking(
  interval: CandleInterval,
  zone: string,
  from: number,
  until: number,
  step = MINUTE,
): readonly number[] {
  const width = interval === '1M' ? 0 : CANDLE_INTERVALS[interval] * 1000;
  const base = interval === '1w' ? FIRST_MONDAY : 0;
  const starts: number[] = [];
  const labelOf = (wall: number): number =>
    interval === '1M' ? monthOf(wall - base) : Math.floor((wall - base) / width);
  let before = wallOf(zone, from - step);
  let highest = Number.NEGATIVE_INFINITY;
  for (let time = from - step; time < until; time += step) {
    const wall = wallOf(zone, time);
    const jump = wall - before - step;
    const short = width > 0 && width <= 3_600_000;
    const begins = short
      ? (wall - base) % width === 0 || (time >= from && jump % width !== 0)
      : labelOf(wall) > highest && Number.isFinite(highest);
    highest = Math.max(highest, labelOf(wall));
    before = wall;
    if (begins && time >= from) starts.push(time);
  }
  return starts;
}

function monthOf(wall: number): number {
  const date = new Date(wall);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

const formats = new Map<string, Intl.DateTimeFormat>();
const walls = new Map<string, number>();

/** What a wall clock reads, in ms as if it were UTC. */
export function wallOf(zone: string, time: number): number {
  const key = `${zone} ${time}`;
  const known = walls.get(key);
  if (known !== undefined) return known;
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium', calendar: 'iso8601' });
  formats.set(zone, format);
  const wall = Date.parse(`${format.format(time).replace(' ', 'T')}Z`);
  walls.set(key, wall);
  return wall;
}
