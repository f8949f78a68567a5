import type { Database } from './database.ts';
import type { Publisher } from './publisher.ts';

/** Of a tick whose message Redis gave to a listener: must it be stored, or be told of? */
export type Covers = (n: number) => boolean;

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
  covers: Covers = () => true,
): Promise<Audit> {
  const copies = await database.copies();
  const notes: string[] = [];
  const problems = [...(await database.contradictions(publisher.ticks))];
  let missing = 0;
  let uncovered = 0;
  let unknown = 0;
  publisher.fates.forEach(({ fate }, i) => {
    if (fate === 'unheard' || copies.has(i + 1)) return;
    if (fate === 'unknown') unknown++;
    else if (covers(i + 1)) missing++;
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
  if (told > missing + uncovered + unknown)
    problems.push(`${told} ticks are told of as missing, but only ${missing} are`);
  return {
    published: publisher.count('taken') + publisher.count('unheard'),
    unheard: publisher.count('unheard'),
    stored,
    told: Math.min(told, missing),
    lost: Math.max(0, missing - told),
    doubled,
    notes,
    problems,
  };
}
