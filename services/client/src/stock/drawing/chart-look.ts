import type { ChartOptions, DeepPartial } from 'lightweight-charts';
import type { ChartColors } from './chart-colors.ts';

/** The theme's colours as the chart library's options. */
export function chartLook(colors: ChartColors): DeepPartial<ChartOptions> {
  return {
    layout: { textColor: colors.text, fontFamily: colors.font, fontSize: 11 },
    grid: { vertLines: { color: colors.grid }, horzLines: { color: colors.grid } },
    rightPriceScale: { borderColor: colors.grid, entireTextOnly: true },
    timeScale: { borderColor: colors.grid },
    crosshair: {
      vertLine: { color: colors.crosshair, labelBackgroundColor: colors.label },
      horzLine: { color: colors.crosshair, labelBackgroundColor: colors.label },
    },
  };
}
