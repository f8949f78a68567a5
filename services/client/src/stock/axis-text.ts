import { LOCALE } from '../format/locale.ts';
import { offsetName } from '../format/offset-text.ts';
import type { ZoneClock } from '../format/zone-clock.ts';
import { AXIS_WEIGHT } from './axis-weights.ts';

const DAY = 86_400;

/** Fields of a date that are written, in the order and with the names of a language. */
const FIELDS = {
  year: { year: 'numeric' },
  month: { month: 'short' },
  monthOfYear: { month: 'short', year: 'numeric' },
  day: { month: 'short', day: 'numeric' },
  date: { month: 'short', day: 'numeric', year: 'numeric' },
  fullDate: { weekday: 'short', month: 'short', day: 'numeric', year: 'numeric' },
} as const satisfies Readonly<Record<string, Intl.DateTimeFormatOptions>>;
type DateForm = keyof typeof FIELDS;

/** A mark on the time axis: epoch seconds, and how much it says. */
export interface AxisMark {
  readonly time: number;
  readonly weight: number;
}

/** Writes the times of a chart by a zone's clock, in a language. */
export class AxisText {
  readonly clock: ZoneClock;
  readonly #locale: string;
  readonly #formats = new Map<DateForm, Intl.DateTimeFormat>();

  constructor(clock: ZoneClock, locale: string = LOCALE) {
    this.clock = clock;
    this.#locale = locale;
  }

  /**
   * What a mark says that the one before it (undefined: nobody has seen one) does not: the time of day, the day, the
   * month, the year. So no two neighbours read the same, whatever lies between them.
   * @param daily whether candles are days or more
   */
  mark({ time, weight }: AxisMark, before: AxisMark | undefined, daily: boolean): string {
    const [wall, wallBefore] = [this.clock.wallAt(time), before && this.clock.wallAt(before.time)];
    const day = (wallBefore === undefined ? undefined : Math.floor(wallBefore / DAY)) !== Math.floor(wall / DAY);
    if (!daily && !day) return this.#timeOfDay(time);
    const year = before === undefined || this.#year(wallBefore) !== this.#year(wall);
    if (daily) {
      if (weight >= AXIS_WEIGHT.year && before !== undefined) return this.#date('year', wall);
      if (weight >= AXIS_WEIGHT.month) return this.#date(year ? 'monthOfYear' : 'month', wall);
      return this.#date(year ? 'date' : 'day', wall);
    }
    const date = this.#date(weight >= AXIS_WEIGHT.year || (year && before !== undefined) ? 'date' : 'day', wall);
    // A day's first place stands for the day; where another one must, it says which time of it.
    return weight >= AXIS_WEIGHT.day ? date : `${date} ${this.#timeOfDay(time)}`;
  }

  /** The time of a place in full; daily candles have none of the day. */
  full(time: number, daily: boolean): string {
    const date = this.#date('fullDate', this.clock.wallAt(time));
    if (daily) return date;
    const offset = this.clock.isRepeated(time) ? ` ${offsetName(this.clock.offsetAt(time))}` : '';
    return `${date}  ${clockText(this.clock.wallAt(time), true)}${offset}`;
  }

  /** An hour that the clock shows twice is told by its offset. */
  #timeOfDay(time: number): string {
    const wall = this.clock.wallAt(time);
    const text = clockText(wall, wall % 60 !== 0);
    return this.clock.isRepeated(time) ? `${text} ${offsetName(this.clock.offsetAt(time))}` : text;
  }

  #year(wall: number | undefined): number | undefined {
    return wall === undefined ? undefined : new Date(wall * 1000).getUTCFullYear();
  }

  #date(form: DateForm, wall: number): string {
    let format = this.#formats.get(form);
    if (format === undefined) {
      format = new Intl.DateTimeFormat(this.#locale, { ...FIELDS[form], timeZone: 'UTC' });
      this.#formats.set(form, format);
    }
    return format.format(wall * 1000);
  }
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** 24 hours in every language, as everywhere on the page. */
function clockText(wall: number, seconds: boolean): string {
  const date = new Date(wall * 1000);
  const text = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  return seconds ? `${text}:${two(date.getUTCSeconds())}` : text;
}
