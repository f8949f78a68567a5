import { effect, signal } from '@preact/signals';
import { zoneName } from '../../format/zone.ts';
import { forgetPainter, markDirty } from '../../frame.ts';
import type { ChartSurface } from '../drawing/chart-layer.ts';
import { OverLayer } from '../drawing/drawn-over.ts';
import { StudyLines } from '../drawing/study-lines.ts';
import type { OverlaidChart, Overlay } from '../overlay.ts';
import { placeOf } from '../series-points.ts';
import { type Study, studyText } from './study.ts';
import { neededBefore, StudyBook } from './study-book.ts';
import { StudyRows } from './study-rows.tsx';
import { WarmUp } from './warm-up.ts';

/** What a study says at one candle. */
export interface StudyFigures {
  readonly study: Study;
  readonly middle: number;
  readonly upper: number | undefined;
  readonly lower: number | undefined;
}

/** The studies of a chart: what is loaded, computed, drawn and said. */
export class Studies implements Overlay {
  /** At the candle that the legend describes. */
  readonly figures = signal<readonly StudyFigures[]>([]);
  readonly Rows = () => <StudyRows studies={this} chart={this.chart} />;
  readonly chart: OverlaidChart;
  readonly #book = new StudyBook();
  readonly #warmUp: WarmUp;
  readonly #layer: OverLayer;
  readonly #ends: readonly (() => void)[];
  #times: readonly number[] = [];

  constructor(chart: OverlaidChart) {
    this.chart = chart;
    const { name, live, zone } = chart;
    this.#warmUp = new WarmUp({ name, live, zone: zoneName(zone), onLoaded: () => this.#layer.draw() });
    const lines = new StudyLines(
      this.#book,
      (surface) => this.#write(surface),
      () => markDirty(this.#tell),
      () => chart.choices.fit.peek() === 'all',
    );
    this.#layer = new OverLayer(lines);
    this.#ends = [
      chart.add(this.#layer),
      effect(() => {
        chart.choices.studies.value;
        this.#layer.draw();
      }),
      effect(() => {
        chart.legend.value;
        markDirty(this.#tell);
      }),
    ];
  }

  inspect(): unknown {
    return this.#book.studies.map(({ study, middle, upper, lower }) => ({
      study: studyText(study),
      points: this.#times.map((time, place) => [time, middle[place], upper[place], lower[place]]),
    }));
  }

  dispose(): void {
    for (const end of this.#ends) end();
    this.#warmUp.dispose();
    forgetPainter(this.#tell);
  }

  #write({ points }: ChartSurface): void {
    const studies = this.chart.choices.studies.peek();
    const { window } = this.chart.model;
    if (studies.length > 0 && window.bars.length > 0) {
      this.#warmUp.want({ interval: window.interval, before: window.start, count: neededBefore(studies) });
    }
    this.#book.write(studies, points, this.#warmUp);
    this.#times = points.times;
    markDirty(this.#tell);
  }

  readonly #tell = (): void => {
    const time = this.chart.legend.peek()?.bar.time ?? Number.NaN;
    const place = placeOf(this.#times, time);
    this.figures.value = this.#book.studies.map(({ study, middle, upper, lower }) => ({
      ...{ study, middle: middle[place] ?? Number.NaN, upper: upper[place], lower: lower[place] },
    }));
  };
}

export function showStudies(chart: OverlaidChart): Overlay {
  return new Studies(chart);
}
