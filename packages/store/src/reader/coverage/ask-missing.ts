import { nowMicros } from '@tickwatch/core';
import type { RangeQuestion, Span } from '../queries/range.ts';
import type { Row } from '../read-pool.ts';
import type { Known, Snapshot } from '../snapshot.ts';
import { Parameters } from '../sql/parameters.ts';
import { readAllHoles } from './all-holes.ts';
import { type Missing, missingIn } from './completeness.ts';
import { type CoverageCells, type CoverageFacts, readFacts } from './coverage-facts.ts';
import { coverageSql, HOLES_AT_ONCE } from './coverage-sql.ts';

/** SQL: a column for {@link readCoverage}, beside others of the same statement. */
export function coverageColumn(parameters: Parameters, known: Known, question: RangeQuestion, span: Span): string {
  const { stock, exchange } = question;
  const inTail = known.tail.filter((tick) => tick.stock === stock).map((tick) => tick.exchange);
  return `${coverageSql(parameters, { stock, exchange, exchangesInTail: [...new Set(inTail)], span })} AS coverage`;
}

export function readCoverage(row: Row | undefined): CoverageFacts {
  const cells = (row as { readonly coverage?: CoverageCells } | undefined)?.coverage;
  return readFacts(cells ?? [null, null, null, null, null, null, null], HOLES_AT_ONCE);
}

/** `undefined`: there are more holes than were read, and no statement tells whether they are filled. */
export function missingBy(
  facts: CoverageFacts,
  known: Known,
  question: RangeQuestion,
  span: Span,
): Missing | undefined {
  const missing = missingIn(facts, known, question, span, { calendarOf: known.calendarOf, now: nowMicros() });
  return facts.hasMoreHoles && missing.complete ? undefined : missing;
}

/** What of a range is missing, by a statement of its own. */
export async function askMissing(snapshot: Snapshot, question: RangeQuestion, span: Span): Promise<Missing> {
  const parameters = new Parameters();
  const text = `SELECT ${coverageColumn(parameters, snapshot, question, span)}`;
  const [row] = await snapshot.rows({ text, values: parameters.values, isRepeated: true });
  return await allMissing(snapshot, readCoverage(row), question, span);
}

/** What of a range is missing, however many holes there are. @param facts with the first of them */
export async function allMissing(
  snapshot: Snapshot,
  facts: CoverageFacts,
  question: RangeQuestion,
  span: Span,
): Promise<Missing> {
  const { calendarOf } = snapshot;
  const { exchanges, hasMoreHoles } = facts;
  const asked = { asked: span, stock: question.stock, exchanges };
  const holes = hasMoreHoles ? await readAllHoles(snapshot, asked, facts.holes) : facts.holes;
  const all = { ...facts, holes, hasMoreHoles: false };
  return missingIn(all, snapshot, question, span, { calendarOf, now: nowMicros() });
}
