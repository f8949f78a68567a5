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

/** Places that are in view, first and last, of those that there are. */
function placesInView({ chart, points }: ChartSurface): { readonly from: number; readonly to: number } {
  const range = chart.timeScale().getVisibleLogicalRange();
  return {
    from: Math.max(0, Math.floor(range?.from ?? 0)),
    to: Math.min(points.times.length - 1, Math.ceil(range?.to ?? -1)),
  };
}

/** Bars in view with the pixel of their middle; an empty place is undefined. */
export function* barsInView(surface: ChartSurface): Iterable<readonly [Bar | undefined, number]> {
  const scale = surface.chart.timeScale();
  const { from, to } = placesInView(surface);
  for (let place = from; place <= to; place++) {
    yield [surface.points.bars[place], scale.logicalToCoordinate(place as Logical) ?? Number.NaN];
  }
}
