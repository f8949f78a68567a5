import { effect, type Signal, signal } from '@preact/signals';
import { Loadable } from '../ui/load-module.ts';
import type { Measurement } from './measure/measurement.tsx';
import type { OverlaidChart, Overlay } from './overlay.ts';

/** In the order of their rows. */
const PARTS = {
  compare: new Loadable(async () => (await import('./compare/comparison.tsx')).showComparison),
  studies: new Loadable(async () => (await import('./studies/studies.tsx')).showStudies),
  measure: new Loadable(async () => (await import('./measure/measurement.tsx')).showMeasurement),
} as const;
type Part = keyof typeof PARTS;

/** Loaded ahead when the page is quiet. */
export const OVERLAY_PARTS: readonly Loadable<unknown>[] = Object.values(PARTS);

/** What lies over a chart beside its prices. Each part is loaded when it is first wanted. */
export class Overlays {
  /** Those that are there, in the order of their rows. */
  readonly shown = signal<readonly Overlay[]>([]);
  readonly #parts: Partial<Record<Part, Overlay>> = {};
  readonly #asked: Partial<Record<Part, Promise<Overlay | undefined>>> = {};
  readonly #chart: OverlaidChart;
  readonly #ends: readonly (() => void)[];
  #gone = false;

  constructor(chart: OverlaidChart) {
    this.#chart = chart;
    const { studies, compare } = chart.choices;
    // Who holds Shift down is about to drag.
    const shift = ({ shiftKey }: KeyboardEvent | PointerEvent): void => {
      if (shiftKey) void this.#need('measure');
    };
    document.addEventListener('keydown', shift);
    document.addEventListener('pointerdown', shift, true);
    this.#ends = [
      effect(() => {
        if (studies.value.length > 0) void this.#need('studies');
      }),
      effect(() => {
        if (compare.value.length > 0) void this.#need('compare');
      }),
      effect(() => {
        if (chart.measuring.value) void this.#need('measure');
      }),
      () => document.removeEventListener('keydown', shift),
      () => document.removeEventListener('pointerdown', shift, true),
    ];
  }

  get measuring(): Signal<boolean> {
    return this.#chart.measuring;
  }

  /** Sets an end of a measured range where the crosshair is: the start, then the end. */
  async mark(): Promise<void> {
    ((await this.#need('measure')) as Measurement | undefined)?.mark();
  }

  /** Parts that are wanted and can't be loaded now. */
  get lacking(): readonly string[] {
    // The trouble of each is looked at: who reads this hears of it also where the part is wanted later.
    return (Object.keys(PARTS) as Part[]).filter((part) => PARTS[part].trouble.value && this.#asked[part]);
  }

  /** What is drawn, by part. */
  inspect(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Object.entries(this.#parts).map(([part, overlay]) => [part, overlay.inspect()]));
  }

  dispose(): void {
    this.#gone = true;
    for (const end of this.#ends) end();
    for (const overlay of this.shown.peek()) overlay.dispose();
  }

  #need(part: Part): Promise<Overlay | undefined> {
    this.#asked[part] ??= this.#load(part);
    return this.#asked[part];
  }

  async #load(part: Part): Promise<Overlay | undefined> {
    const create = await PARTS[part].load();
    if (this.#gone) return undefined;
    const overlay = create(this.#chart);
    this.#parts[part] = overlay;
    this.shown.value = (Object.keys(PARTS) as Part[]).flatMap((name) => this.#parts[name] ?? []);
    return overlay;
  }
}
