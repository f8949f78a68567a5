import { batch, signal } from '@preact/signals';
import { nowMs } from '../clock.ts';
import type { Bar } from './bar.ts';
import { type Band, chartBands, isTouched, spanOfHole } from './chart-bands.ts';
import type { ChartRange } from './chart-model.ts';
import { ClosedHours } from './closed-hours.ts';
import { type CoverageFacts, type KnownHole, MOST_HOLES } from './coverage-parts.ts';
import type { Outlier } from './outliers.ts';
import type { SeriesPoints } from './series-points.ts';
import type { ClosedSpans, TimeSpan } from './time-spans.ts';
import type { VisibleFacts } from './visible-facts.ts';

/** What a chart tells beside its prices: what is missing in view, when exchanges were closed, which ticks are doubtful. */
export class ChartNotes {
  /** What the visible range lacks. */
  readonly holes = signal<readonly KnownHole[]>([]);
  /** True once it is known when the stock's exchanges are closed. */
  readonly knowsHours = signal(false);
  /** The band under the crosshair. */
  readonly hovered = signal<Band | undefined>(undefined);
  /** Ticks in view that are far from the others. */
  readonly outliers = signal<readonly Outlier[]>([]);
  /** The range that {@link holes} is about; undefined: nothing is answered yet. */
  readonly answered = signal<ChartRange | undefined>(undefined);
  readonly #hours: ClosedHours;

  /**
   * @param exchanges where the stock is traded, as far as it is known now
   * @param hoursChanged told when more closed hours are known
   */
  constructor(exchanges: () => readonly string[], hoursChanged: () => void) {
    this.#hours = new ClosedHours(exchanges, () => {
      this.knowsHours.value ||= this.#hours.spans.length > 0;
      hoursChanged();
    });
  }

  get closed(): readonly TimeSpan[] {
    return this.#hours.spans;
  }

  look(range: ChartRange): void {
    this.#hours.look(range);
  }

  /** What was told is of another moment. */
  forget(): void {
    batch(() => {
      this.answered.value = undefined;
      this.outliers.value = [];
      this.holes.value = [];
    });
  }

  take({ range, holes, outliers }: VisibleFacts): void {
    batch(() => {
      this.answered.value = range;
      this.outliers.value = outliers;
      this.holes.value = holes;
    });
  }

  /** All that is known of what is here and what is not. @param bands as they are drawn */
  coverage(bands: readonly Band[]): CoverageFacts {
    return {
      ...{ holes: this.holes.peek(), answered: this.answered.peek() },
      // Where ticks came all the same, a chart tells of no closed time.
      closed: bands.filter(({ kind }) => kind === 'closed'),
      now: nowMs() / 1000,
    };
  }

  bands(points: SeriesPoints, closed: ClosedSpans): readonly Band[] {
    return chartBands(points, closed, this.holes.peek(), nowMs() / 1000);
  }

  /** Whether a bar lacks ticks, or may: as the newest answer about its time has it, else as it was when it was loaded. */
  incompleteAmong({ bars, width }: SeriesPoints): (time: number) => boolean {
    const now = nowMs() / 1000;
    const [holes, answered] = [this.holes.peek(), this.answered.peek()];
    const spans = holes.map((hole) => spanOfHole(hole, now));
    // An answer that names as many holes as it may says nothing of what comes behind them.
    const to = holes.length < MOST_HOLES ? (answered?.to ?? 0) : 0;
    const from = answered?.from ?? Number.POSITIVE_INFINITY;
    const loaded = new Set(bars.filter(isIncomplete).map(({ time }) => time));
    return (time) => isTouched(time, width, spans) || (loaded.has(time) && !(time >= from && time + width <= to));
  }

  dispose(): void {
    this.#hours.dispose();
  }
}

function isIncomplete(bar: Bar | undefined): bar is Bar {
  return bar?.complete === false;
}
