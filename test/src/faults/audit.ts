import type { Database } from './database.ts';
import { auditHoles } from './holes.ts';
import type { Publisher } from './publisher.ts';

/** Of a tick whose message Redis gave to a listener: must it be stored, or be told of? */
export type Covers = (n: number) => boolean;

/** Numbers that are this close are one run; so many runs are told. */
const GAP = 50;
const MAX_RUNS = 8;

export interface Audit {
  readonly published: number;
  readonly unheard: number;
  readonly stored: number;
  readonly told: number;
  readonly lost: number;
  readonly doubled: number;
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}

/**
 * Compares, number by number, what was published with what is stored.
 * @param told ticks that the ledgers count as refused or lost: exactly so many may be missing
 */
export async function audit(
  database: Database,
  publisher: Publisher,
  told: number,
  { covers = () => true, isWhole = false }: { readonly covers?: Covers | undefined; readonly isWhole?: boolean } = {},
): Promise<Audit> {
  const copies = await database.copies();
  const holes = await auditHoles(database, publisher, copies, isWhole);
  const notes = [...holes.notes];
  const problems = [...(await database.contradictions(publisher.ticks)), ...holes.problems];
  const missing: number[] = [];
  let uncovered = 0;
  let unknown = 0;
  publisher.fates.forEach(({ fate }, i) => {
    if (fate === 'unheard' || copies.has(i + 1)) return;
    if (fate === 'unknown') unknown++;
    else if (covers(i + 1)) missing.push(i + 1);
    else uncovered++;
  });
  let stored = 0;
  let doubled = 0;
  for (const [n, count] of copies) {
    stored += count;
    doubled += count - 1;
    if (n < 1 || n > publisher.last) problems.push(`tick ${n} is stored and was never published`);
  }
  if (uncovered > 0) notes.push(`${uncovered} ticks were on their way to a row when one of the processes ended`);
  // What the promise does not cover, and what Redis did not answer for, may be told of all the same.
  if (told > missing.length + uncovered + unknown)
    problems.push(`${told} ticks are told of as missing, but only ${missing.length} are`);
  const lost = Math.max(0, missing.length - told);
  if (lost > 0) problems.push(`missing and not told of: ${lost} of these: ${describe(publisher, missing)}`);
  return {
    published: publisher.count('taken') + publisher.count('unheard'),
    unheard: publisher.count('unheard'),
    stored,
    told: Math.min(told, missing.length),
    lost,
    doubled,
    notes,
    problems,
  };
}

/** For a person who looks for the reason: runs of numbers, and when they were published. */
function describe({ fates }: Publisher, missing: readonly number[]): string {
  const runs: { readonly from: number; to: number; count: number }[] = [];
  for (const n of missing) {
    const run = runs.at(-1);
    if (run === undefined || n - run.to > GAP) runs.push({ from: n, to: n, count: 1 });
    else Object.assign(run, { to: n, count: run.count + 1 });
  }
  const time = (n: number): string => new Date(fates[n - 1]?.at ?? 0).toISOString().slice(11, 23);
  return runs
    .slice(0, MAX_RUNS)
    .map(({ from, to, count }) => `${count} from ${from} (${time(from)}) to ${to} (${time(to)})`)
    .join(', ');
}
