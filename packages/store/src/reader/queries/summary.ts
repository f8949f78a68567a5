import { nowMicros } from '@tickwatch/core';
import { allMissing, coverageColumn, readCoverage } from '../coverage/ask-missing.ts';
import type { Missing } from '../coverage/completeness.ts';
import { decimalMean, decimalsOf, EXTRA_DECIMALS } from '../decimal-mean.ts';
import type { Known, Snapshot } from '../snapshot.ts';
import {
  type HeldQuestion,
  type HeldRow,
  readHeld,
  readSummary,
  type SummaryRow,
  summaryStatement,
} from '../sql/summary.ts';
import { withDamaged } from '../ticks/with-damaged.ts';
import { answerableSpan, type RangeQuestion, type Span, segmentsOf, tailWithin } from './range.ts';
import { withSealedEdges } from './sealed-segments.ts';

export interface Summary {
  /** What was counted, after {@link answerableSpan}. */
  readonly span: Span;
  /** `undefined`: no tick in the range. */
  readonly row: SummaryRow | undefined;
  /** What prices held at the ends of the range; `undefined`: it was not asked for. */
  readonly held?: HeldRow | undefined;
  readonly missing: Missing;
}

/** Costs the same for any range: whole buckets, and single ticks at the edges. */
export async function askSummary(snapshot: Snapshot, question: RangeQuestion): Promise<Summary> {
  return await ask(snapshot, question, false);
}

/** As {@link askSummary}, with what the time-weighted mean needs beside. */
export async function askHeldSummary(snapshot: Snapshot, question: RangeQuestion): Promise<Summary> {
  return await ask(snapshot, question, true);
}

async function ask(snapshot: Snapshot, question: RangeQuestion, isHeld: boolean): Promise<Summary> {
  const span = answerableSpan(question, snapshot.reach.rawFrom);
  const { segments, held, edges } = await withSealedEdges(
    snapshot,
    question,
    segmentsOf(snapshot, question, span, { chained: true }),
    isHeld ? heldWithin(snapshot, question, span) : undefined,
  );
  const statement = summaryStatement(segments, held, (parameters) => [
    coverageColumn(parameters, snapshot, question, span),
  ]);
  const [row] = await snapshot.rows(statement);
  const missing = await allMissing(snapshot, readCoverage(row), question, span);
  const told = withDamaged(missing, snapshot.blocks.damaged, edges);
  return { span, row: readSummary(row), held: readHeld(row), missing: told };
}

/**
 * Prices hold from the range's start, where one was in force, to its end, or to now where that is earlier. An end at the
 * last microsecond of a second stands for the whole second: days and hours are then as long as they are.
 */
export function heldWithin(known: Known, question: RangeQuestion, span: Span): HeldQuestion {
  const end = span.until % 1_000_000 === 0 ? span.until : span.until - 1;
  // Beyond that, a moment would be infinite to PostgreSQL, and no distance from it can be told.
  const from = span.from > 0 ? Math.min(span.from, Number.MAX_SAFE_INTEGER) : undefined;
  const before = tailWithin(known, question, { from: 0, until: from ?? 0 });
  return { from, until: Math.min(end, nowMicros()), before, noMinutes: known.noMinutes, hasSingles: true };
}

/**
 * Each price weighted by how long it held: the one in force at the start from there on, the last one up to the end. Where
 * no time passes, the mean. `undefined`: there is neither a tick nor a price in force.
 */
export function timeWeightedMean({ row, held }: Summary): string | undefined {
  if (held === undefined) return undefined;
  const { inForce } = held;
  const decimals = Math.max(row === undefined ? 0 : decimalsOf(row.sum), inForce.decimals) + EXTRA_DECIMALS;
  if (held.micros !== '0') return decimalMean(held.sum, held.micros, decimals);
  if (row !== undefined) return decimalMean(row.sum, String(row.count), decimals);
  return inForce.count === 0 ? undefined : decimalMean(inForce.sum, String(inForce.count), decimals);
}
