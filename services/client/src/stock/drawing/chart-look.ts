import type { ChartOptions, DeepPartial, Time } from 'lightweight-charts';
import type { ChartColors } from './chart-colors.ts';
import { axisText, crosshairText } from './chart-times.ts';

/** The theme's colours and the zone's times as the chart library's options. */
export function chartLook(colors: ChartColors, zone: string, isDaily: () => boolean): DeepPartial<ChartOptions> {
  return {
    layout: { textColor: colors.text, fontFamily: colors.font, fontSize: 11 },
    grid: { vertLines: { color: colors.grid }, horzLines: { color: colors.grid } },
    rightPriceScale: { borderColor: colors.grid },
    timeScale: {
      borderColor: colors.grid,
      tickMarkFormatter: (time: Time, type: number) => axisText(time as number, type, zone, isDaily()),
    },
    crosshair: {
      vertLine: { color: colors.crosshair, labelBackgroundColor: colors.label },
      horzLine: { color: colors.crosshair, labelBackgroundColor: colors.label },
    },
    localization: { timeFormatter: (time: Time) => crosshairText(time as number, zone, isDaily()) },
  };
}
