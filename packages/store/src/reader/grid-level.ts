import type { CandleGrid } from '@tickwatch/core';
import { coarsestLevel, type Level } from './range-plan.ts';

/** The coarsest level whose buckets never lie across the begin of a candle. */
export function gridLevel(grid: CandleGrid): Level {
  switch (grid.kind) {
    case 'width':
      return coarsestLevel([grid.micros, grid.origin]);
    case 'runs':
      return coarsestLevel([grid.micros, ...changes(grid.runs), ...grid.runs.map(({ origin }) => origin)]);
    case 'starts':
      return coarsestLevel(grid.starts);
    case 'wall': {
      const step = grid.step === 'month' ? 0 : grid.step;
      return coarsestLevel([step, ...changes(grid.spans), ...grid.spans.map(({ offset }) => grid.base - offset)]);
    }
  }
}

/** A change of the clock can begin a candle. */
function changes(spans: readonly { readonly from: number }[]): readonly number[] {
  return spans.slice(1).map(({ from }) => from);
}
