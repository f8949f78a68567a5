import type { Bar } from '../bar.ts';
import type { SeriesPoints } from '../series-points.ts';
import { candlesBefore, MovingValues } from './moving-values.ts';
import type { Study } from './study.ts';

/** A study as it is drawn: its values by the places of the chart, NaN where there is none. */
export interface DrawnStudy {
  readonly study: Study;
  readonly middle: readonly number[];
  /** Of Bollinger bands alone; else empty. */
  readonly upper: readonly number[];
  readonly lower: readonly number[];
}

/** Candles before those of the chart. */
export interface Before {
  readonly bars: readonly Bar[];
  /** Nothing is older than they are. */
  readonly whole: boolean;
}

interface Page extends DrawnStudy {
  readonly values: MovingValues;
  readonly middle: number[];
  readonly upper: number[];
  readonly lower: number[];
}

/** All studies of a chart over its candles. Candles that don't exist, as none of the ticks is there, are not counted. */
export class StudyBook {
  #pages: readonly Page[] = [];

  get studies(): readonly DrawnStudy[] {
    return this.#pages;
  }

  /** Computes all of it. */
  write(studies: readonly Study[], points: SeriesPoints, { bars, whole }: Before): void {
    const earlier = bars.map(({ close }) => close);
    this.#pages = studies.map((study) => {
      const values = new MovingValues(study, earlier, whole);
      const page: Page = { study, values, middle: [], upper: [], lower: [] };
      points.bars.forEach((bar, place) => {
        if (bar !== undefined) values.append(bar.close);
        put(page, place, bar !== undefined);
      });
      return page;
    });
  }

  /** The newest place has changed, or one came behind it: one step for each study. */
  follow({ bars }: SeriesPoints): void {
    const place = bars.length - 1;
    const bar = bars[place];
    if (bar === undefined) return;
    for (const page of this.#pages) {
      if (page.middle.length > place) page.values.change(bar.close);
      else page.values.append(bar.close);
      put(page, place, true);
    }
  }
}

function put({ values, middle, upper, lower, study }: Page, place: number, has: boolean): void {
  const index = values.middle.length - 1;
  middle[place] = has ? (values.middle[index] ?? Number.NaN) : Number.NaN;
  if (study.kind !== 'bb') return;
  upper[place] = has ? (values.upper[index] ?? Number.NaN) : Number.NaN;
  lower[place] = has ? (values.lower[index] ?? Number.NaN) : Number.NaN;
}

/** How many candles before the chart's first are needed. */
export function neededBefore(studies: readonly Study[]): number {
  return Math.max(0, ...studies.map(candlesBefore));
}
