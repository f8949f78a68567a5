import type { Logical, MouseEventHandler, Time } from 'lightweight-charts';
import { cssColor } from '../../ui/css-color.ts';
import { CanvasLayer, type Sheet } from '../drawing/canvas-layer.ts';
import type { ChartColors } from '../drawing/chart-colors.ts';
import type { ChartLayer, ChartSurface } from '../drawing/chart-layer.ts';
import { edgeAt } from '../series-points.ts';
import type { ChartFiring } from './chart-firings.ts';
import { type ChartLevel, DIRECTION_SIGNS } from './chart-level.ts';

/** A flag: its pole's height, and how far its cloth flies, px. */
const POLE = 17;
const CLOTH = 9;
/** Of firings without a price: above the foot of the pane. */
const FOOT = 6;
/** So near a level the pointer is on it, px. */
const NEAR = 5;
/** Beside what names the averages at the right edge, px. */
const LABEL_MARGIN = 40;

export interface AlertMarksOptions {
  readonly firings: () => readonly ChartFiring[];
  readonly levels: () => readonly ChartLevel[];
  /** Told of the level that the pointer is on; undefined: it is on none. */
  readonly onLevel: (level: ChartLevel | undefined) => void;
}

/** Draws where alerts fired, as flags, and the levels that are watched, as lines. */
export class AlertMarks implements ChartLayer {
  readonly #options: AlertMarksOptions;
  readonly #canvas = new CanvasLayer('top', (sheet) => this.#draw(sheet));
  #surface: ChartSurface | undefined;
  /** The one that somebody looks at in the list. */
  #active: string | undefined;
  #color = '';
  /** Those that {@link #color} belongs to. */
  #colors: ChartColors | undefined;

  constructor(options: AlertMarksOptions) {
    this.#options = options;
  }

  attach(surface: ChartSurface): void {
    this.#surface = surface;
    this.#canvas.attach(surface);
    surface.chart.subscribeCrosshairMove(this.#moved);
  }

  draw(): void {
    this.#canvas.draw();
  }

  detach(): void {
    this.#surface?.chart.unsubscribeCrosshairMove(this.#moved);
    this.#canvas.detach();
    this.#surface = undefined;
  }

  /** Makes one firing or level stand out, by its id; undefined: none. */
  point(id: string | undefined): void {
    this.#active = id;
    this.draw();
  }

  readonly #moved: MouseEventHandler<Time> = ({ point }) => {
    const surface = this.#surface;
    const near = (level: ChartLevel): boolean => {
      const y = surface?.series.priceToCoordinate(level.price) ?? Number.NaN;
      return Math.abs(y - (point?.y ?? Number.NaN)) <= NEAR;
    };
    this.#options.onLevel(this.#options.levels().find(near));
  };

  #draw(sheet: Sheet): void {
    const { context, surface } = sheet;
    if (surface.colors !== this.#colors) {
      this.#colors = surface.colors;
      this.#color = cssColor('--alert');
    }
    context.save();
    for (const level of this.#options.levels()) this.#drawLevel(sheet, level);
    // Of those at one place, one is seen.
    const places = new Set<string>();
    for (const firing of this.#options.firings()) this.#drawFlag(sheet, firing, places);
    context.restore();
  }

  #drawLevel({ context, width, height, surface }: Sheet, { rule, price, text, direction, rests }: ChartLevel): void {
    const { series, colors } = surface;
    const at = series.priceToCoordinate(price);
    if (at === null || at < 0 || at > height) return;
    const y = Math.round(at) + 0.5;
    context.globalAlpha = rests ? 0.5 : 1;
    context.strokeStyle = this.#color;
    context.lineWidth = rule === this.#active ? 3 : 1.25;
    context.setLineDash([7, 4]);
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(width, y);
    context.stroke();
    context.setLineDash([]);
    context.font = `11px ${colors.font}`;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    const label = `${DIRECTION_SIGNS[direction]} ${text}${rests ? ' (snoozed)' : ''}`;
    // The ground is around the letters alone: candles behind them are seen.
    context.strokeStyle = colors.surface;
    context.lineWidth = 4;
    context.lineJoin = 'round';
    context.strokeText(label, width - LABEL_MARGIN, y);
    context.fillStyle = this.#color;
    context.fillText(label, width - LABEL_MARGIN, y);
    context.globalAlpha = 1;
  }

  #drawFlag({ context, width, height, surface }: Sheet, { id, time, price }: ChartFiring, places: Set<string>): void {
    const { chart, series, points, colors } = surface;
    const x = chart.timeScale().logicalToCoordinate(Math.round(edgeAt(points, time)) as Logical);
    const at = price === undefined ? height - FOOT : series.priceToCoordinate(price);
    if (x === null || at === null || x < 0 || x > width) return;
    const isActive = id === this.#active;
    // Its cloth stays in the pane, whatever the price.
    const y = Math.max(at, POLE + 2);
    const place = `${Math.round(x)} ${Math.round(y)}`;
    if (places.has(place) && !isActive) return;
    places.add(place);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x, y - POLE);
    context.lineTo(x + CLOTH, y - POLE + 4.5);
    context.lineTo(x, y - POLE + 9);
    context.closePath();
    context.strokeStyle = colors.surface;
    context.lineWidth = isActive ? 6 : 4;
    context.stroke();
    context.strokeStyle = this.#color;
    context.fillStyle = this.#color;
    context.lineWidth = isActive ? 3 : 1.5;
    context.stroke();
    context.fill();
    context.beginPath();
    context.arc(x, y, isActive ? 4 : 2.5, 0, 2 * Math.PI);
    context.fill();
  }
}
