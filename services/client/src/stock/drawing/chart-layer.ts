import type { IChartApi, ISeriesApi, SeriesType } from 'lightweight-charts';
import type { PriceBounds } from '../price-bounds.ts';
import type { SeriesPoints } from '../series-points.ts';
import type { ChartColors } from './chart-colors.ts';

/** What a layer draws on. Its members change; a layer reads them whenever it draws. */
export interface ChartSurface {
  readonly chart: IChartApi;
  /** The series of prices. */
  readonly series: ISeriesApi<SeriesType>;
  readonly colors: ChartColors;
  /** The places of the chart: a layer's own series has its points at these times, else all places would move. */
  readonly points: SeriesPoints;
  /** What has to be in view besides the prices, where all of them have: a layer adds what it draws there. */
  readonly alsoInView: Set<() => PriceBounds | undefined>;
}

/** Something that is drawn beside, behind or over the prices. */
export interface ChartLayer {
  /** Becomes part of a chart, whose places may be empty yet. Again with another series, when the style of prices changes. */
  attach(surface: ChartSurface): void;
  /** Places or colours have changed: draws all of it. */
  draw(): void;
  /** The newest place has changed, or one more came behind it. */
  update?(): void;
  /** Leaves the chart and takes with it what it put there. */
  detach(): void;
}
