import type {
  IChartApi,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  Logical,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';
import { spanText } from '../format/time-text.ts';
import type { Gap } from './series-points.ts';

export interface BandColors {
  readonly fill: string;
  readonly line: string;
  readonly text: string;
}

const LABEL_MIN_WIDTH = 64;

/** Shades the stretches without ticks behind a series and says how long they were. */
export class GapBands implements ISeriesPrimitive<Time> {
  gaps: readonly Gap[] = [];
  colors: BandColors = { fill: '', line: '', text: '' };
  font = '11px sans-serif';
  #chart: IChartApi | undefined;
  readonly #views: readonly IPrimitivePaneView[] = [{ zOrder: () => 'bottom', renderer: () => this.#renderer }];
  readonly #renderer: IPrimitivePaneRenderer = {
    draw: (target) => {
      target.useMediaCoordinateSpace(({ context, mediaSize }) =>
        this.#draw(context, mediaSize.width, mediaSize.height),
      );
    },
  };

  attached({ chart }: SeriesAttachedParameter<Time>): void {
    this.#chart = chart as IChartApi;
  }

  detached(): void {
    this.#chart = undefined;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#views;
  }

  #draw(context: CanvasRenderingContext2D, width: number, height: number): void {
    const scale = this.#chart?.timeScale();
    if (scale === undefined) return;
    const half = scale.options().barSpacing / 2;
    for (const gap of this.gaps) {
      const left = (scale.logicalToCoordinate(gap.before as Logical) ?? Number.NaN) + half;
      const right = (scale.logicalToCoordinate(gap.after as Logical) ?? Number.NaN) - half;
      if (!(right > 0 && left < width && right - left >= 2)) continue;
      context.fillStyle = this.colors.fill;
      context.fillRect(left, 0, right - left, height);
      context.strokeStyle = this.colors.line;
      context.setLineDash([2, 4]);
      context.beginPath();
      for (const x of [left, right]) {
        context.moveTo(Math.round(x) + 0.5, 0);
        context.lineTo(Math.round(x) + 0.5, height);
      }
      context.stroke();
      context.setLineDash([]);
      if (right - left < LABEL_MIN_WIDTH) continue;
      context.font = this.font;
      context.fillStyle = this.colors.text;
      context.textAlign = 'center';
      context.fillText(`no ticks ${spanText(gap.seconds)}`, (left + right) / 2, height / 2);
    }
  }
}
