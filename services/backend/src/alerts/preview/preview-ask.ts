import type { JudgedRule } from '@tickwatch/alerts';
import type { AlertFired, EpochMicros } from '@tickwatch/core';
import type { TickReader } from '@tickwatch/store';
import type { PreviewBudget, PreviewLimits } from './preview-budget.ts';

export interface StockOfPreview {
  readonly stock: string;
  readonly exchange: string;
}

export interface PreviewAsk {
  readonly reader: TickReader;
  readonly rule: JudgedRule;
  readonly start: EpochMicros;
  readonly end: EpochMicros;
  readonly budget: PreviewBudget;
  readonly limits: PreviewLimits;
  readonly signal: AbortSignal | undefined;
}

export interface StockOutcome {
  readonly fired: readonly AlertFired[];
  /** Up to where it was looked at. */
  readonly until: EpochMicros;
  /** Nothing of its ticks is missing. */
  readonly isComplete: boolean;
}
