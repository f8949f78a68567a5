import { type IPriceLine, type ISeriesApi, LineStyle, type SeriesType } from 'lightweight-charts';
import type { ChartColors } from './chart-colors.ts';

export interface Averages {
  readonly mean: number;
  readonly timeWeighted: number;
}

/** Lines at the averages of the visible range. */
export class AverageLines {
  #lines: readonly IPriceLine[] = [];

  /** Draws them anew; undefined: none. */
  draw(series: ISeriesApi<SeriesType>, averages: Averages | undefined, colors: ChartColors): void {
    for (const line of this.#lines) series.removePriceLine(line);
    this.#lines = [];
    if (averages === undefined) return;
    const line = (price: number, title: string, color: string, style: LineStyle): IPriceLine =>
      series.createPriceLine({ price, title, color, lineStyle: style, lineWidth: 1, axisLabelVisible: true });
    this.#lines = [
      line(averages.mean, 'avg', colors.average, LineStyle.Dashed),
      line(averages.timeWeighted, 'twa', colors.timeWeighted, LineStyle.Dotted),
    ];
  }

  /** Their series is gone, and they with it. */
  forget(): void {
    this.#lines = [];
  }
}
