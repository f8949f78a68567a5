import type { Logical } from 'lightweight-charts';
import type { Bar } from '../bar.ts';
import { CanvasPrimitive, type Drawing } from './canvas-primitive.ts';
import type { ChartLayer, ChartSurface } from './chart-layer.ts';

/** What a layer draws on: a canvas in CSS pixels, with the chart that it belongs to. */
export interface Sheet {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly surface: ChartSurface;
}

/** A layer that draws on the canvas behind or over the prices, whenever the chart is drawn. */
export class CanvasLayer implements ChartLayer {
  readonly #canvas: CanvasPrimitive;
  #surface: ChartSurface | undefined;

  constructor(order: Drawing['order'], drawOn: (sheet: Sheet) => void) {
    this.#canvas = new CanvasPrimitive({
      order,
      draw: (context, { width, height }) => {
        const surface = this.#surface;
        if (surface !== undefined) drawOn({ context, width, height, surface });
      },
    });
  }

  attach(surface: ChartSurface): void {
    this.#surface = surface;
    this.#canvas.attach(surface.series);
  }

  draw(): void {
    this.#canvas.draw();
  }

  detach(): void {
    this.#canvas.detach();
    this.#surface = undefined;
  }
}

/** Places that are in view, whole numbers, both inclusive; undefined: none is. */
export function visiblePlaces({
  chart,
  points,
}: Pick<ChartSurface, 'chart' | 'points'>): { readonly from: number; readonly to: number } | undefined {
  const range = chart.timeScale().getVisibleLogicalRange();
  if (range === null) return undefined;
  // A candle that is cut by the left edge is in view: the library counts in the same way.
  const from = Math.max(0, Math.floor(range.from));
  const to = Math.min(points.times.length - 1, Math.ceil(range.to));
  return from <= to ? { from, to } : undefined;
}

/** Bars in view with the pixel of their middle; an empty place is undefined. */
export function* barsInView(surface: ChartSurface): Iterable<readonly [Bar | undefined, number]> {
  const scale = surface.chart.timeScale();
  const { from, to } = visiblePlaces(surface) ?? { from: 0, to: -1 };
  for (let place = from; place <= to; place++) {
    yield [surface.points.bars[place], scale.logicalToCoordinate(place as Logical) ?? Number.NaN];
  }
}
