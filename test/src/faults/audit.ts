import type { Database } from './database.ts';
import type { Publisher } from './publisher.ts';

/** Which messages the promise covers, and how many of them the subscriber itself counted as refused. */
export interface Coverage {
  /** Of a message that Redis gave to a listener: must it be stored? Not given: always. */
  readonly covers?: (n: number) => boolean;
  /** Messages that neither log nor memory could take, by the ledger; exactly so many may be missing. */
  readonly refused?: number;
}

export interface Audit {
  readonly published: number;
  readonly unheard: number;
  readonly stored: number;
  readonly lost: number;
  readonly doubled: number;
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}

/** Compares, number by number, what was published with what is stored. */
export async function audit(
  database: Database,
  publisher: Publisher,
  { covers = () => true, refused = 0 }: Coverage = {},
): Promise<Audit> {
  const copies = await database.copies();
  const notes: string[] = [];
  const problems = [...(await database.contradictions(publisher.ticks))];
  let missing = 0;
  let uncovered = 0;
  publisher.fates.forEach(({ fate }, i) => {
    if (fate !== 'taken' || copies.has(i + 1)) return;
    if (covers(i + 1)) missing++;
    else uncovered++;
  });
  let stored = 0;
  let doubled = 0;
  for (const [n, count] of copies) {
    stored += count;
    doubled += count - 1;
    if (n < 1 || n > publisher.last) problems.push(`tick ${n} is stored and was never published`);
  }
  if (uncovered > 0)
    notes.push(`${uncovered} messages were on their way between Redis and the process when one of them ended`);
  if (missing < refused) problems.push(`${refused} messages count as refused, but only ${missing} are missing`);
  if (refused > 0) notes.push(`${refused} messages refused, counted in the ledger`);
  return {
    published: publisher.count('taken') + publisher.count('unheard'),
    unheard: publisher.count('unheard'),
    stored,
    lost: Math.max(0, missing - refused),
    doubled,
    notes,
    problems,
  };
}
