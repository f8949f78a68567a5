import type {
  IPrimitivePaneView,
  ISeriesApi,
  ISeriesPrimitive,
  PrimitivePaneViewZOrder,
  SeriesType,
  Time,
} from 'lightweight-charts';

/** The size of a chart's pane, in CSS pixels. */
export interface PaneSize {
  readonly width: number;
  readonly height: number;
}

/** What is drawn at one depth of a chart, whenever that is drawn. */
export interface Drawing {
  readonly order: PrimitivePaneViewZOrder;
  readonly draw: (context: CanvasRenderingContext2D, size: PaneSize) => void;
}

/** Drawings on a chart's canvas, in CSS pixels, as the chart library takes them: part of the series of prices. */
export class CanvasPrimitive {
  readonly #primitive: ISeriesPrimitive<Time>;
  #series: ISeriesApi<SeriesType> | undefined;
  #update: () => void = () => {};

  constructor(...drawings: readonly Drawing[]) {
    const views = drawings.map(viewOf);
    this.#primitive = {
      paneViews: () => views,
      attached: ({ requestUpdate }) => {
        this.#update = requestUpdate;
      },
    };
  }

  attach(series: ISeriesApi<SeriesType>): void {
    this.#series = series;
    series.attachPrimitive(this.#primitive);
  }

  /** Draws anew in the next frame. */
  draw(): void {
    this.#update();
  }

  detach(): void {
    this.#series?.detachPrimitive(this.#primitive);
    this.#series = undefined;
    this.#update = () => {};
  }
}

function viewOf({ order, draw }: Drawing): IPrimitivePaneView {
  const renderer: ReturnType<IPrimitivePaneView['renderer']> = {
    draw: (target) => target.useMediaCoordinateSpace(({ context, mediaSize }) => draw(context, mediaSize)),
  };
  return { zOrder: () => order, renderer: () => renderer };
}
