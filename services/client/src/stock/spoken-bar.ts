import { reasonText } from '../format/hole-text.ts';
import { countText, priceText } from '../format/number-text.ts';
import { dateText, plainClockText } from '../format/time-text.ts';
import type { ZoneChoice } from '../format/zone.ts';
import type { Bar } from './bar.ts';
import { type CoveragePart, kindOfHole } from './coverage-parts.ts';
import { KIND_TEXTS } from './coverage-text.ts';
import type { Outlier } from './outliers.ts';

/** What is told of one place of a chart. */
export interface SpokenPlace {
  /** Epoch seconds. */
  readonly time: number;
  /** undefined: no tick came. */
  readonly bar: Bar | undefined;
  readonly daily: boolean;
  readonly digits: number;
  readonly outliers: readonly Outlier[];
  /** What alerts fired, in sentences. */
  readonly fired: readonly string[];
  /** What is known of its time, worth telling or not. */
  readonly coverage: readonly CoveragePart[];
  /** Ticks of it are, or may be, missing. */
  readonly incomplete: boolean;
}

/** A place of a chart in words, the most telling first: for who does not see it. */
export function spokenBar(zone: ZoneChoice, place: SpokenPlace): string {
  const { time, bar, daily, digits, outliers, fired } = place;
  const micros = time * 1e6;
  const when = daily ? dateText(zone, micros) : `${plainClockText(zone, micros)}, ${dateText(zone, micros)}`;
  const price = (value: number): string => priceText(value, digits);
  const prices =
    bar === undefined
      ? 'no ticks'
      : `close ${price(bar.close)}, open ${price(bar.open)}, high ${price(bar.high)}, low ${price(bar.low)}, ` +
        `${countText(bar.count)} ${bar.count === 1 ? 'tick' : 'ticks'}`;
  const doubtful = outliers.map(
    ({ price: far, median }) => `far from the others: ${price(far)}, median ${price(median)}`,
  );
  const alerts = fired.map((text) => `Alert: ${text}`);
  return [`${when}: ${prices}`, ...alerts, ...doubtful, ...coverageTexts(place)].join('. ');
}

function coverageTexts({ coverage, bar, incomplete }: SpokenPlace): readonly string[] {
  const holes = [...new Set(coverage.flatMap((part) => part.holes))];
  if (holes.length > 0) {
    return [...new Set(holes.map((hole) => `${KIND_TEXTS[kindOfHole(hole)]}: ${reasonText(hole.reason)}`))];
  }
  if (incomplete) return ['Incomplete'];
  const isClosed = bar === undefined && coverage.some(({ kind }) => kind === 'closed');
  return isClosed ? [KIND_TEXTS.closed] : [];
}
