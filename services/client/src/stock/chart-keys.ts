import type { KeyBinding } from '../keys/key-table.ts';
import type { ChartController } from './chart-controller.ts';

/** A key that does something while the focus is on a chart. */
export interface ChartKey {
  /** As `KeyboardEvent.key` names it. */
  readonly key: string;
  /** What it does, for the list of all keys. */
  readonly what: string;
  readonly run: (controller: ChartController) => void;
}

/** Keys as they work on one chart. */
export function bound(keys: readonly ChartKey[], controller: ChartController): readonly KeyBinding[] {
  return keys.map(({ key, what, run }) => ({ keys: [key], does: what, run: () => run(controller) }));
}

export const SCALE_KEYS: readonly ChartKey[] = [
  { key: 'l', what: 'Logarithmic price scale, or linear again', run: ({ scale }) => scale.toggle('log') },
  { key: '%', what: 'Change in % from the left edge, or prices again', run: ({ scale }) => scale.toggle('percent') },
  { key: 'o', what: 'Fit without outliers, or all prices again', run: ({ scale }) => scale.toggleFit() },
];
