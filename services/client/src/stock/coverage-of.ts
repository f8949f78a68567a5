import type { ChartController } from './chart-controller.ts';
import { type CoveragePart, coverageParts } from './coverage-parts.ts';
import type { TimeSpan } from './time-spans.ts';

/** What is known of a span of a chart, taken apart. */
export function coverageOf(controller: ChartController, span: TimeSpan): readonly CoveragePart[] {
  return coverageParts(span, controller.notes.coverage(controller.bands()));
}
