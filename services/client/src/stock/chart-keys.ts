import type { ChartController } from './chart-controller.ts';

/** A key that does something while the focus is on a chart. */
export interface ChartKey {
  /** As `KeyboardEvent.key` names it. */
  readonly key: string;
  /** What it does, for the list of all keys. */
  readonly what: string;
  readonly run: (controller: ChartController) => void;
}

export const SCALE_KEYS: readonly ChartKey[] = [
  { key: 'l', what: 'Logarithmic price scale, or linear again', run: ({ scale }) => scale.toggle('log') },
  { key: '%', what: 'Change in % from the left edge, or prices again', run: ({ scale }) => scale.toggle('percent') },
  { key: 'o', what: 'Fit without outliers, or all prices again', run: ({ scale }) => scale.toggleFit() },
];
