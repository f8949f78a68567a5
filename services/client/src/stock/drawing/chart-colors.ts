import { cssColor } from '../../ui/css-color.ts';

/** The theme's colours as a canvas needs them. */
export interface ChartColors {
  readonly up: string;
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
    font: cssColor('--font'),
  };
}
