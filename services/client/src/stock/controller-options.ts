import type { ReadonlySignal } from '@preact/signals';
import type { ZoneChoice } from '../format/zone.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import type { Bar } from './bar.ts';
import type { StockName } from './candle-source.ts';
import type { ChartChoices } from './chart-choices.ts';
import type { ChartRange } from './chart-model.ts';
import type { Averages } from './drawing/average-lines.ts';

export interface ControllerOptions {
  readonly name: StockName;
  readonly live: LiveFeed;
  readonly zone: ZoneChoice;
  /** Where the stock is traded, as far as it is known now. */
  readonly exchanges: () => readonly string[];
  readonly newest: number;
  readonly range: ChartRange;
  readonly choices: ChartChoices;
  /** What was asked for: the chart has nothing outside of it. Left out: all there is. */
  readonly bounds?: ChartRange | undefined;
  /** What lines of averages stand at. Left out: the averages of what is visible. */
  readonly averages?: ReadonlySignal<Averages | undefined>;
  /** Time of the stock's last tick as far as it is known now, epoch seconds. */
  readonly lastTick?: () => number | undefined;
  /** What is to be shown when the page has gone to another moment, once that is known. */
  readonly rangeThen: () => Promise<ChartRange>;
  /** A range that was chosen on the chart itself. */
  readonly onChosen?: (range: ChartRange) => void;
  /** The visible range, when it was moved; `to` Infinity: it goes on live. */
  readonly onRange?: (range: ChartRange) => void;
}

/** What the legend describes. */
export interface LegendBar {
  readonly bar: Bar;
  readonly hovered: boolean;
  /** Ticks of it are, or may be, missing. */
  readonly incomplete: boolean;
}
