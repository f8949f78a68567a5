import type { Snapshot } from '../snapshot.ts';
import type { KnownHole } from './coverage-facts.ts';
import { HOLES_AT_ONCE } from './coverage-sql.ts';
import { type GapRowsQuestion, gapRowsStatement, readGapRow } from './gap-rows.ts';

/** More holes are not looked at one by one: all behind them counts as missing. */
const MAX_HOLES_READ = 200_000;

/**
 * All recorded holes that a question asks for, in order.
 * @param before the first of them, where those were read already
 */
export async function readAllHoles(
  snapshot: Snapshot,
  question: Omit<GapRowsQuestion, 'first' | 'limit'>,
  before: readonly KnownHole[] = [],
): Promise<readonly KnownHole[]> {
  const holes = [...before];
  for (;;) {
    const last = holes.at(-1);
    if (last !== undefined && holes.length >= MAX_HOLES_READ) return [...holes, theRest(last, question.asked.until)];
    const first = last && { from: last.from, id: (last.id ?? 0) + 1 };
    const rows = await snapshot.rows(gapRowsStatement({ ...question, first, limit: HOLES_AT_ONCE }));
    for (const row of rows) holes.push(readGapRow(row));
    if (rows.length < HOLES_AT_ONCE) return holes;
  }
}

function theRest(last: KnownHole, until: number): KnownHole {
  const ticks = { from: false, until: false };
  return { ...last, id: undefined, until: Math.max(last.until, until), ticks, messages: undefined, reason: 'unknown' };
}
