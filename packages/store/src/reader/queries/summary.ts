import type { Snapshot } from '../snapshot.ts';
import { readSummary, type SummaryRow, summaryStatement } from '../sql/summary.ts';
import { answerableSpan, type RangeQuestion, type Span, segmentsOf } from './range.ts';

export interface Summary {
  /** What was counted, after {@link answerableSpan}. */
  readonly span: Span;
  /** `undefined`: no tick in the range. */
  readonly row: SummaryRow | undefined;
}

/** Costs the same for any range: whole buckets, and single ticks at the edges. */
export async function askSummary(snapshot: Snapshot, question: RangeQuestion): Promise<Summary> {
  const span = answerableSpan(question, snapshot.reach.rawFrom);
  const statement = summaryStatement(segmentsOf(snapshot, question, span, { chained: true }));
  const [row] = await snapshot.rows(statement);
  return { span, row: readSummary(row) };
}
