import type { CalendarOf } from '@tickwatch/core';
import { coverageColumn, missingBy, readCoverage } from '../coverage/ask-missing.ts';
import { type DatabaseHead, readSealed, SEALED_COLUMNS } from '../database-head.ts';
import { keepPlans } from '../kept-plans.ts';
import { ask, type ReadConnection } from '../read-pool.ts';
import { type Known, knownOf } from '../snapshot.ts';
import { readHeld, readSummary, summaryStatement } from '../sql/summary.ts';
import type { Statement } from '../statement.ts';
import { askTails } from '../tail/combined-tail.ts';
import type { GuardedTail } from '../tail/guarded-tail.ts';
import { joinTail } from '../tail/usable-tail.ts';
import type { BlockReading } from '../ticks/block-reading.ts';
import { guardSql, isGuarded } from '../ticks/sealed-edges.ts';
import { withDamaged } from '../ticks/with-damaged.ts';
import { answerableSpan, type RangeQuestion, segmentsOf } from './range.ts';
import { withSealedEdges } from './sealed-segments.ts';
import { heldWithin, type Summary } from './summary.ts';

/**
 * A summary by one statement instead of a transaction of four, which takes a tenth of an average's time off. It is written
 * before the database has said how far it is: for a head that was seen before, with the tail of that. Ticks that were
 * committed since are left out of the tail by the statement itself, which also tells the head that it saw, and
 * what is recorded of holes: one that the tail still told, or one that it did not tell yet.
 * Single ticks of sealed days, where an edge of the range lies in one, are read by a statement before it.
 * @param seen what the database said last
 * @returns `undefined`: it did not fit what the statement saw; ask within a snapshot
 */
export async function askSummaryAlone(
  connection: ReadConnection,
  tails: readonly GuardedTail[],
  seen: DatabaseHead,
  question: RangeQuestion,
  calendarOf: CalendarOf,
  blocks: BlockReading,
): Promise<(Known & { readonly head: DatabaseHead; readonly summary: Summary }) | undefined> {
  const reply = await askTails(tails, question.stock, seen.committed);
  const expected = joinTail(seen.committed, reply);
  const span = answerableSpan(question, seen.rawFrom);
  const known = knownOf(seen, expected, calendarOf);
  const rows = async (statement: Statement) => (await ask(connection, statement))[0] ?? [];
  const { segments, held, asked, guard, edges } = await withSealedEdges(
    { head: seen, blocks, rows },
    question,
    segmentsOf(known, question, span, { chained: true }),
    heldWithin(known, question, span),
  );
  const statement = summaryStatement({ ...segments, tailMayBeStored: true }, held, (parameters) => [
    coverageColumn(parameters, known, question, span),
    ...SEALED_COLUMNS,
    ...(asked.length === 0 ? [] : [`${guardSql(parameters, question, asked)} AS guard`]),
  ]);
  await keepPlans(connection, statement.fitsAnyValues === true);
  const [row = {}] = await rows(statement);
  const facts = readCoverage(row);
  // A database is divided while nobody writes to it, and says so to the next snapshot.
  const head = { ...facts.head, ...readSealed(row), nodes: seen.nodes, node: seen.node };
  const found = joinTail(head.committed, reply);
  // What is committed only grows, unless the database was set back; then the tail was asked for too little.
  const fits = [...seen.committed].every(([lane, seq]) => (head.committed.get(lane) ?? 0) >= seq);
  // Sealed ticks were read before: the statement has to have seen the same ones.
  const areSealedSame =
    head.sealedUntil === seen.sealedUntil &&
    head.minutesFrom === seen.minutesFrom &&
    (asked.length === 0 || isGuarded(guard, row.guard));
  if (!fits || !areSealedSame || head.rawFrom !== seen.rawFrom || found.usable.size !== expected.usable.size)
    return undefined;
  const answer = knownOf(head, found, calendarOf);
  const missing = missingBy(facts, answer, question, span);
  if (missing === undefined) return undefined;
  const told = withDamaged(missing, blocks.damaged, edges);
  return { ...answer, head, summary: { span, row: readSummary(row), held: readHeld(row), missing: told } };
}
