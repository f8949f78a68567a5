import { type IPriceLine, LineStyle } from 'lightweight-charts';
import type { ChartLayer, ChartSurface } from './chart-layer.ts';

export interface Averages {
  readonly mean: number;
  readonly timeWeighted: number;
}

/** Lines at the averages of the visible range. */
export class AverageLines implements ChartLayer {
  #averages: Averages | undefined;
  #surface: ChartSurface | undefined;
  #lines: readonly IPriceLine[] = [];

  /** undefined: none. */
  set(averages: Averages | undefined): void {
    this.#averages = averages;
    this.draw();
  }

  /** Where they are drawn. */
  get prices(): readonly number[] {
    return this.#lines.map((line) => line.options().price);
  }

  attach(surface: ChartSurface): void {
    this.#surface = surface;
  }

  draw(): void {
    this.#clear();
    const averages = this.#averages;
    if (this.#surface === undefined || averages === undefined) return;
    const { series, colors } = this.#surface;
    const line = (price: number, title: string, color: string, style: LineStyle): IPriceLine =>
      series.createPriceLine({ price, title, color, lineStyle: style, lineWidth: 1, axisLabelVisible: true });
    this.#lines = [
      line(averages.mean, 'avg', colors.average, LineStyle.Dashed),
      line(averages.timeWeighted, 'twa', colors.timeWeighted, LineStyle.Dotted),
    ];
  }

  detach(): void {
    this.#clear();
    this.#surface = undefined;
  }

  #clear(): void {
    for (const line of this.#lines) this.#surface?.series.removePriceLine(line);
    this.#lines = [];
  }
}
