import type { ReadonlySignal, Signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { ZoneChoice } from '../format/zone.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import type { StockName } from './candle-source.ts';
import type { ChartChoices } from './chart-choices.ts';
import type { ChartModel } from './chart-model.ts';
import type { LegendBar } from './controller-options.ts';
import type { ChartLayer } from './drawing/chart-layer.ts';

/** What an overlay knows of the chart that it lies on. */
export interface OverlaidChart {
  readonly name: StockName;
  readonly live: LiveFeed;
  readonly zone: ZoneChoice;
  readonly choices: ChartChoices;
  readonly model: ChartModel;
  readonly legend: ReadonlySignal<LegendBar | undefined>;
  readonly digits: ReadonlySignal<number>;
  /** True while dragging measures instead of moving the chart. */
  readonly measuring: Signal<boolean>;
  add(layer: ChartLayer): () => void;
}

/** Something drawn over a chart that says its values under the legend. Loaded when it is first wanted. */
export interface Overlay {
  /** Its rows under the legend. */
  readonly Rows: ComponentType;
  /** What it draws, for the console and tests. */
  inspect(): unknown;
  dispose(): void;
}
