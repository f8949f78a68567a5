import type { CandlestickSeriesPartialOptions } from 'lightweight-charts';
import { cssColor, cssValue } from '../../ui/css-color.ts';

/** The theme's colours as a canvas needs them. */
export interface ChartColors {
  readonly up: string;
  /** What a rising candle is filled with: where colours say little it is hollow. */
  readonly upBody: string;
  readonly down: string;
  readonly upFaint: string;
  readonly downFaint: string;
  readonly line: string;
  readonly text: string;
  readonly grid: string;
  readonly crosshair: string;
  readonly label: string;
  readonly average: string;
  readonly timeWeighted: string;
  readonly surface: string;
  readonly missing: string;
  readonly missingFill: string;
  readonly closedFill: string;
  readonly outlier: string;
  readonly bandFill: string;
  readonly bandLine: string;
  readonly font: string;
}

export function readChartColors(): ChartColors {
  return {
    up: cssColor('--up'),
    upBody: cssColor('--up-body'),
    down: cssColor('--down'),
    upFaint: cssColor('--up-faint'),
    downFaint: cssColor('--down-faint'),
    line: cssColor('--accent'),
    text: cssColor('--text-2'),
    grid: cssColor('--chart-grid'),
    crosshair: cssColor('--text-3'),
    label: cssColor('--chart-label'),
    average: cssColor('--average'),
    timeWeighted: cssColor('--time-weighted'),
    surface: cssColor('--surface'),
    missing: cssColor('--missing'),
    missingFill: cssColor('--missing-faint'),
    closedFill: cssColor('--closed'),
    outlier: cssColor('--time-weighted'),
    bandFill: cssColor('--band'),
    bandLine: cssColor('--line-strong'),
    font: cssValue('--font'),
  };
}

/** Candles whose bodies tell up from down by their shape, too, where the theme wants that. */
export function candleLook(colors: ChartColors): CandlestickSeriesPartialOptions {
  return {
    upColor: colors.upBody,
    downColor: colors.down,
    borderUpColor: colors.up,
    borderDownColor: colors.down,
    wickUpColor: colors.up,
    wickDownColor: colors.down,
    // Else it is the last body's colour, and a hollow one has none.
    priceLineColor: colors.upBody === colors.up ? '' : colors.line,
  };
}
