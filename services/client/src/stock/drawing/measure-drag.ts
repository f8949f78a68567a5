import type { ChartSurface } from './chart-layer.ts';

export interface MeasureDragOptions {
  /** Whether a drag measures without Shift as well. */
  readonly always: () => boolean;
  /** Places where the drag began and where it is now, not whole numbers. */
  readonly onDrag: (from: number, to: number) => void;
  readonly onEnd: () => void;
}

/** Tells a drag over the chart that measures from one that moves it. */
export class MeasureDrag {
  readonly #surface: ChartSurface;
  readonly #options: MeasureDragOptions;
  readonly #element: HTMLElement;
  #from: number | undefined;

  constructor(surface: ChartSurface, options: MeasureDragOptions) {
    this.#surface = surface;
    this.#options = options;
    this.#element = surface.chart.chartElement();
    // Before the library hears of it, which then leaves the drag alone.
    this.#element.addEventListener('pointerdown', this.#down, true);
    this.#element.addEventListener('pointermove', this.#move);
    this.#element.addEventListener('pointerup', this.#up);
    this.#element.addEventListener('pointercancel', this.#up);
  }

  /** In this mode a finger measures, too, instead of moving the page or the chart. */
  setAlways(always: boolean): void {
    this.#element.classList.toggle('measuring', always);
    this.#letMove(!always);
  }

  dispose(): void {
    this.setAlways(false);
    this.#element.removeEventListener('pointerdown', this.#down, true);
    this.#element.removeEventListener('pointermove', this.#move);
    this.#element.removeEventListener('pointerup', this.#up);
    this.#element.removeEventListener('pointercancel', this.#up);
  }

  readonly #down = (event: PointerEvent): void => {
    if (!event.isPrimary || event.button !== 0 || !(event.shiftKey || this.#options.always())) return;
    const place = this.#placeAt(event);
    if (place === undefined) return;
    this.#letMove(false);
    this.#element.setPointerCapture(event.pointerId);
    this.#from = place;
    this.#options.onDrag(place, place);
  };

  readonly #move = (event: PointerEvent): void => {
    if (this.#from === undefined) return;
    const place = this.#placeAt(event, true);
    if (place !== undefined) this.#options.onDrag(this.#from, place);
  };

  readonly #up = (): void => {
    if (this.#from === undefined) return;
    this.#from = undefined;
    this.#letMove(!this.#options.always());
    this.#options.onEnd();
  };

  #letMove(may: boolean): void {
    this.#surface.chart.applyOptions({ handleScroll: may, handleScale: may });
  }

  /** undefined: it is on an axis; a drag that is `under` way goes on there. */
  #placeAt({ clientX, clientY }: PointerEvent, under = false): number | undefined {
    const { left, top, height } = this.#element.getBoundingClientRect();
    const scale = this.#surface.chart.timeScale();
    const [x, y] = [clientX - left, clientY - top];
    if (!under && (x > scale.width() || y > height - scale.height())) return undefined;
    return scale.coordinateToLogical(Math.max(0, Math.min(scale.width(), x))) ?? undefined;
  }
}
