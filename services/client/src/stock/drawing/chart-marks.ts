import type { Logical } from 'lightweight-charts';
import { type BandLabel, bandLabels } from '../band-labels.ts';
import type { Band } from '../chart-bands.ts';
import type { Outlier } from '../outliers.ts';
import { edgeAt } from '../series-points.ts';
import { type BandArea, drawBand, labelFont, writeLabel } from './band-drawing.ts';
import { barsInView, type Sheet } from './canvas-layer.ts';
import { CanvasPrimitive, type PaneSize } from './canvas-primitive.ts';
import type { ChartLayer, ChartSurface } from './chart-layer.ts';
import { edgeX } from './place-x.ts';

/** A band, and from which pixel to which it is drawn. */
export interface LocatedBand extends Band {
  readonly left: number;
  readonly right: number;
  /** What is written into it. */
  readonly written: BandLabel | undefined;
}

const DIAMOND = [
  [0, -5],
  [5, 0],
  [0, 5],
  [-5, 0],
] as const;
/** A hole of a blink is still seen. */
const NARROWEST = 3;
/** Marks under bars that are closer than this say nothing more. */
const MARK_DISTANCE = 5;

/** What is told beside the prices. */
export interface Marks {
  readonly bands: readonly Band[];
  readonly outliers: readonly Outlier[];
  /** Whether a bar lacks ticks, or may. */
  readonly isIncomplete: (time: number) => boolean;
}

const NO_MARKS: Marks = { bands: [], outliers: [], isIncomplete: () => false };

/** Draws behind and over a series what its prices don't tell: holes, closed hours, silence, doubtful ticks. */
export class ChartMarks implements ChartLayer {
  #marks: Marks = NO_MARKS;
  /** As they were drawn last. */
  #written: ReadonlyMap<Band, BandLabel> = new Map();
  /** The hole that somebody looks at in the list. */
  #active: Band['hole'];
  #surface: ChartSurface | undefined;
  readonly #canvas = new CanvasPrimitive(
    { order: 'bottom', draw: (context, size) => this.#drawBands(context, size) },
    { order: 'top', draw: (context, size) => this.#drawMarks(context, size) },
  );

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

  set(marks: Marks): void {
    this.#marks = marks;
    this.draw();
  }

  /** Makes one hole's band stand out; undefined: none. */
  point(hole: Band['hole']): void {
    this.#active = hole;
    this.draw();
  }

  /** Every band with the pixels that it takes, those beyond what is visible too. */
  located(): readonly LocatedBand[] {
    return this.#marks.bands.map((band) => ({
      ...band,
      ...this.#edges(band),
      written: this.#written.get(band),
    }));
  }

  /** The band under a place of the pointer, a hole before all else. */
  bandAt(x: number): Band | undefined {
    return this.#marks.bands.findLast((band) => {
      const { left, right } = this.#edges(band);
      return x >= left - 1 && x <= right + 1;
    });
  }

  /** Pixels that a band reaches from and to. */
  #edges({ from, to, kind }: Band): { readonly left: number; readonly right: number } {
    const surface = this.#surface;
    const [left, right] = surface === undefined ? [0, 0] : [edgeX(surface, from), edgeX(surface, to)];
    const least = kind === 'missing' ? NARROWEST : 0;
    const more = Math.max(0, least - (right - left)) / 2;
    return { left: left - more, right: right + more };
  }

  /** The bands in view, cut to it. */
  *#inView({ width, height }: PaneSize): Iterable<readonly [Band, BandArea]> {
    for (const band of this.#marks.bands) {
      const { left, right } = this.#edges(band);
      if (!(right > 0 && left < width && right - left >= 2)) continue;
      yield [band, { left: Math.max(0, left), right: Math.min(width, right), height }];
    }
  }

  #drawBands(context: CanvasRenderingContext2D, size: PaneSize): void {
    const { colors } = this.#surface ?? {};
    if (colors === undefined) return;
    for (const [band, area] of this.#inView(size)) {
      drawBand(context, band, area, colors, band.hole !== undefined && band.hole === this.#active);
    }
  }

  /** Above the grid: labels, and marks at bars and ticks. */
  #drawMarks(context: CanvasRenderingContext2D, size: PaneSize): void {
    const surface = this.#surface;
    if (surface === undefined) return;
    context.font = labelFont(surface.colors);
    this.#written = bandLabels([...this.#inView(size)], (text) => context.measureText(text).width);
    for (const label of this.#written.values()) writeLabel(context, label, size.height, surface.colors);
    this.#markIncomplete({ context, surface, ...size });
    this.#markOutliers({ context, surface, ...size });
  }

  #markIncomplete({ context, surface, height }: Sheet): void {
    const { series, colors } = surface;
    let marked = Number.NEGATIVE_INFINITY;
    context.lineWidth = 1.5;
    context.strokeStyle = colors.missing;
    for (const [bar, x] of barsInView(surface)) {
      if (bar === undefined || !this.#marks.isIncomplete(bar.time)) continue;
      const y = series.priceToCoordinate(series.seriesType() === 'Candlestick' ? bar.low : bar.close);
      if (x - marked < MARK_DISTANCE || y === null) continue;
      marked = x;
      context.beginPath();
      context.arc(x, Math.min(height - 4, y + 9), 2.5, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  #markOutliers({ context, surface, width }: Sheet): void {
    const { chart, series, colors, points } = surface;
    context.lineWidth = 2;
    context.strokeStyle = colors.outlier;
    for (const { time, price } of this.#marks.outliers) {
      const x = chart.timeScale().logicalToCoordinate(Math.round(edgeAt(points, time)) as Logical);
      const y = series.priceToCoordinate(price);
      if (x === null || y === null || x < 0 || x > width) continue;
      context.beginPath();
      for (const [dx, dy] of DIAMOND) context.lineTo(x + dx, y + dy);
      context.closePath();
      context.stroke();
    }
  }
}
