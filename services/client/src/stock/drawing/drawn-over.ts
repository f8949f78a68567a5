import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  ISeriesPrimitiveAxisView,
  Logical,
  Time,
} from 'lightweight-charts';
import type { PriceBounds } from '../price-bounds.ts';
import { visiblePlaces } from './canvas-layer.ts';
import type { ChartLayer, ChartSurface } from './chart-layer.ts';

/** A pane to draw on, in CSS pixels. */
export interface Pane {
  readonly surface: ChartSurface;
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  /** Places that are visible, whole numbers, both inclusive. */
  readonly from: number;
  readonly to: number;
  /** Where the middle of a place is. */
  readonly x: (place: number) => number;
  /** Where a price is, in whatever scale; undefined: nowhere. */
  readonly y: (price: number) => number | undefined;
}

/** A label on the axis of prices. */
export interface AxisLabel {
  readonly price: number;
  readonly text: string;
  readonly color: string;
  readonly textColor: string;
}

/** What draws over the prices by places and prices, in whatever style and scale they are shown. */
export interface DrawnOver {
  paint(pane: Pane): void;
  /** Everything has changed: another window, another style, other colours. */
  all?(surface: ChartSurface): void;
  /** The newest place has changed, or one came behind it. */
  newest?(surface: ChartSurface): void;
  /** Asked after each drawing. */
  labels?(): readonly AxisLabel[];
  /** Prices that have to be in view besides the stock's own. */
  extent?(surface: ChartSurface): PriceBounds | undefined;
  attached?(surface: ChartSurface): void;
  detached?(surface: ChartSurface): void;
}

/** Puts something drawn over the prices onto a chart. */
export class OverLayer implements ChartLayer {
  readonly #drawn: DrawnOver;
  #surface: ChartSurface | undefined;
  #update: () => void = () => {};
  readonly #renderer: IPrimitivePaneRenderer = {
    draw: (target) => target.useMediaCoordinateSpace(({ context, mediaSize }) => this.#paint(context, mediaSize)),
  };
  readonly #views: readonly IPrimitivePaneView[] = [{ zOrder: () => 'top', renderer: () => this.#renderer }];
  #axisViews: readonly ISeriesPrimitiveAxisView[] = [];
  readonly #primitive: ISeriesPrimitive<Time> = {
    paneViews: () => this.#views,
    priceAxisViews: () => this.#axisViews,
    updateAllViews: () => this.#label(),
    attached: ({ requestUpdate }) => {
      this.#update = requestUpdate;
    },
  };

  readonly #extent = (): PriceBounds | undefined => this.#surface && this.#drawn.extent?.(this.#surface);

  constructor(drawn: DrawnOver) {
    this.#drawn = drawn;
  }

  attach(surface: ChartSurface): void {
    this.#surface = surface;
    surface.series.attachPrimitive(this.#primitive);
    surface.alsoInView.add(this.#extent);
    this.#drawn.attached?.(surface);
  }

  draw(): void {
    if (this.#surface !== undefined) this.#drawn.all?.(this.#surface);
    this.#update();
  }

  update(): void {
    if (this.#surface !== undefined) this.#drawn.newest?.(this.#surface);
    this.#update();
  }

  detach(): void {
    if (this.#surface === undefined) return;
    this.#drawn.detached?.(this.#surface);
    this.#surface.alsoInView.delete(this.#extent);
    this.#surface.series.detachPrimitive(this.#primitive);
    this.#surface = undefined;
    this.#update = () => {};
  }

  /** Draws again what is there. */
  refresh(): void {
    this.#update();
  }

  #paint(
    context: CanvasRenderingContext2D,
    { width, height }: { readonly width: number; readonly height: number },
  ): void {
    const surface = this.#surface;
    const places = surface && visiblePlaces(surface);
    if (surface === undefined || places === undefined) return;
    const { chart, series } = surface;
    const scale = chart.timeScale();
    context.save();
    this.#drawn.paint({
      ...{ surface, context, width, height, ...places },
      x: (place) => scale.logicalToCoordinate(place as Logical) ?? Number.NaN,
      y: (price) => (Number.isFinite(price) ? (series.priceToCoordinate(price) ?? undefined) : undefined),
    });
    context.restore();
  }

  #label(): void {
    const series = this.#surface?.series;
    this.#axisViews = (this.#drawn.labels?.() ?? []).map(({ price, text, color, textColor }) => ({
      coordinate: () => series?.priceToCoordinate(price) ?? -100,
      text: () => text,
      textColor: () => textColor,
      backColor: () => color,
    }));
  }
}
