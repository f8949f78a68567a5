import type { Database } from './database.ts';
import { auditHoles, type LanesBy, type Numbers } from './holes.ts';
import type { Publisher } from './publisher.ts';

/** Of a tick whose message the server took and had a listener for: must it be stored, or be told of? */
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
  /** Recorded holes, by reason: `2 overtaken`. */
  readonly holes: string;
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}

export interface AuditOptions {
  readonly covers?: Covers | undefined;
  /** Somebody heard everything, all the time: no hole may be recorded. */
  readonly isWhole?: boolean;
  /** Who says which lane a stock is in (`stock`). */
  readonly lanesBy?: LanesBy;
  /**
   * What tells of ticks that are missing: the ledgers, which count them; or, of a log that may itself lose what it took,
   * recorded holes alone: nobody counted what is lost in them (`ledger`).
   */
  readonly toldBy?: 'ledger' | 'holes';
  /** Counts these alone, and holes that end among them (all). */
  readonly numbers?: Numbers | undefined;
}

/**
 * Compares, number by number, what was published with what is stored.
 * @param counted ticks that the ledgers count as refused or lost: where they tell of it exactly so many may be missing
 */
export async function audit(
  database: Database,
  publisher: Publisher,
  counted: number,
  { covers = () => true, isWhole = false, lanesBy = 'stock', toldBy = 'ledger', ...options }: AuditOptions = {},
): Promise<Audit> {
  const { from, to } = options.numbers ?? { from: 1, to: publisher.last };
  const copies = await database.copies();
  const holes = await auditHoles(database, publisher, copies, { isWhole, lanesBy, numbers: { from, to } });
  const told = toldBy === 'ledger' ? counted : holes.told;
  const notes = [...holes.notes];
  const problems = [...holes.problems];
  const missing: number[] = [];
  let uncovered = 0;
  let unknown = 0;
  const fates = { taken: 0, unheard: 0, unknown: 0 };
  for (let n = from; n <= to; n++) {
    const fate = publisher.fates[n - 1]?.fate ?? 'unknown';
    fates[fate]++;
    if (fate === 'unheard' || copies.has(n)) continue;
    if (fate === 'unknown') unknown++;
    else if (covers(n)) missing.push(n);
    else uncovered++;
  }
  let stored = 0;
  let doubled = 0;
  for (const [n, count] of copies) {
    if (n < 1 || n > publisher.last) problems.push(`tick ${n} is stored and was never published`);
    if (n < from || n > to) continue;
    stored += count;
    doubled += count - 1;
  }
  if (uncovered > 0) notes.push(`${uncovered} ticks were on their way to a row when one of the processes ended`);
  // What the promise does not cover, and what the server did not answer for, may be told of all the same.
  if (told > missing.length + uncovered + unknown)
    problems.push(`${told} ticks are told of as missing, but only ${missing.length} are`);
  const lost = Math.max(0, missing.length - told);
  if (lost > 0) problems.push(`missing and not told of: ${lost} of these: ${describe(publisher, missing)}`);
  return {
    published: fates.taken + fates.unheard,
    unheard: fates.unheard,
    stored,
    told: Math.min(told, missing.length),
    lost,
    doubled,
    holes: holes.recorded,
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
