import { type ReadonlySignal, signal } from '@preact/signals';
import type { MouseEventParams, Time } from 'lightweight-charts';
import { forgetPainter, markDirty } from '../../frame.ts';
import type { CoveragePart } from '../coverage-parts.ts';
import { type PlacedPart, placedParts } from '../placed-parts.ts';
import type { ChartLayer, ChartSurface } from './chart-layer.ts';
import { timeX } from './place-x.ts';

/** The parts in view, and where the chart's pane lies in its element. */
export interface PlacedCoverage {
  readonly parts: readonly PlacedPart[];
  readonly left: number;
  readonly width: number;
}

const NOTHING: PlacedCoverage = { parts: [], left: 0, width: 0 };

/** Keeps the parts of the coverage at the chart's places, whatever moves them. Draws nothing itself. */
export class CoveragePlaces implements ChartLayer {
  readonly #placed = signal(NOTHING);
  readonly #partsInView: () => readonly CoveragePart[];
  readonly #onClick: (x: number) => void;
  #surface: ChartSurface | undefined;

  /** @param onClick told of a click or a tap on the chart, by its pixel */
  constructor(partsInView: () => readonly CoveragePart[], onClick: (x: number) => void) {
    this.#partsInView = partsInView;
    this.#onClick = onClick;
  }

  get placed(): ReadonlySignal<PlacedCoverage> {
    return this.#placed;
  }

  attach(surface: ChartSurface): void {
    this.#surface = surface;
    const scale = surface.chart.timeScale();
    scale.subscribeVisibleLogicalRangeChange(this.draw);
    scale.subscribeSizeChange(this.draw);
    surface.chart.subscribeClick(this.#clicked);
  }

  /** Also when more is known of what is visible. */
  readonly draw = (): void => markDirty(this.#paint);

  update(): void {
    markDirty(this.#paint);
  }

  detach(): void {
    const { chart } = this.#surface ?? {};
    chart?.timeScale().unsubscribeVisibleLogicalRangeChange(this.draw);
    chart?.timeScale().unsubscribeSizeChange(this.draw);
    chart?.unsubscribeClick(this.#clicked);
    forgetPainter(this.#paint);
    this.#surface = undefined;
  }

  readonly #clicked = ({ point }: MouseEventParams<Time>): void => {
    if (point !== undefined) this.#onClick(point.x);
  };

  readonly #paint = (): void => {
    const surface = this.#surface;
    if (surface === undefined) return;
    const scale = surface.chart.timeScale();
    const width = scale.width();
    const parts = placedParts(this.#partsInView(), (time) => timeX(surface, time), width, scale.options().barSpacing);
    const next = { parts, left: surface.chart.priceScale('left').width(), width };
    if (!isSame(this.#placed.peek(), next)) this.#placed.value = next;
  };
}

function isSame(a: PlacedCoverage, b: PlacedCoverage): boolean {
  return (
    a.left === b.left &&
    a.width === b.width &&
    a.parts.length === b.parts.length &&
    a.parts.every((part, index) => isSamePart(part, b.parts[index]))
  );
}

function isSamePart(a: PlacedPart, b: PlacedPart | undefined): boolean {
  const isNear = Math.abs(a.left - (b?.left ?? 0)) < 0.5 && Math.abs(a.right - (b?.right ?? 0)) < 0.5;
  return isNear && a.kind === b?.kind && a.holes.length === b.holes.length && a.holes.every((h, i) => h === b.holes[i]);
}
