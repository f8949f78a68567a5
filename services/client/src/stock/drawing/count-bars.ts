import { HistogramSeries, type ISeriesApi, type UTCTimestamp } from 'lightweight-charts';
import type { Bar } from '../bar.ts';
import type { ChartLayer, ChartSurface } from './chart-layer.ts';

/** How many ticks each candle has, at the foot of the chart. */
export class CountBars implements ChartLayer {
  #surface: ChartSurface | undefined;
  #series: ISeriesApi<'Histogram'> | undefined;

  attach(surface: ChartSurface): void {
    this.#surface = surface;
    this.#series = surface.chart.addSeries(HistogramSeries, {
      priceScaleId: 'counts',
      priceLineVisible: false,
      lastValueVisible: false,
      priceFormat: { type: 'volume' },
    });
    // Behind the prices.
    this.#series.setSeriesOrder(0);
    this.#series.priceScale().applyOptions({ scaleMargins: { top: 0.86, bottom: 0 } });
  }

  draw(): void {
    const { times, bars } = this.#surface?.points ?? { times: [], bars: [] };
    this.#series?.setData(times.map((time, index) => this.#countAt(time, bars[index])));
  }

  update(): void {
    const { times, bars } = this.#surface?.points ?? { times: [], bars: [] };
    const time = times[times.length - 1];
    if (time !== undefined) this.#series?.update(this.#countAt(time, bars[times.length - 1]));
  }

  detach(): void {
    if (this.#series !== undefined) this.#surface?.chart.removeSeries(this.#series);
    this.#series = undefined;
  }

  #countAt(time: number, bar: Bar | undefined) {
    if (bar === undefined) return { time: time as UTCTimestamp };
    const { upFaint = '', downFaint = '' } = this.#surface?.colors ?? {};
    return { time: time as UTCTimestamp, value: bar.count, color: bar.close >= bar.open ? upFaint : downFaint };
  }
}
