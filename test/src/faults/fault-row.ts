/** One line of the fault table. Ticks are counted one by one: each carries a number of its own. */
export interface FaultRow {
  readonly fault: string;
  /** The engine and how it is used: `streams`, `pubsub`, …. */
  readonly feed: string;
  /** How often the fault was played. */
  readonly times: number;
  /** Ticks that the server took. */
  readonly published: number;
  /** Of these, how many reached nobody, as Redis said itself (Pub/Sub only). */
  readonly unheard: number;
  /** Rows in `stock_prices`. */
  readonly stored: number;
  /** Ticks that are missing and told of: the ledger counts them as refused or lost, or they lie in recorded holes. */
  readonly told: number;
  /** Ticks that the promise covers, that are missing, and that nothing tells of. */
  readonly lost: number;
  /** Rows beyond the first of a tick. */
  readonly doubled: number;
  /** Recorded holes, by reason. */
  readonly holes: string;
  /** From the end of the fault until everything published before it was stored; the longest of all times. */
  readonly recoverySeconds: number | undefined;
  /** How often the ledger was read; it must have balanced each time. */
  readonly ledgerReadings: number;
  /** What else was seen, for people. */
  readonly notes: readonly string[];
  /** Promises that were broken. None: the row passes. */
  readonly problems: readonly string[];
}

export function passes(row: FaultRow): boolean {
  return row.problems.length === 0 && row.lost === 0 && row.doubled === 0;
}

export interface ScenarioOptions {
  /** Fewer repetitions, shorter outages. */
  readonly quick: boolean;
}

/** A fault to play; gives one row, or several when one run shows several promises. */
export interface Scenario {
  /** By this it is chosen on the command line; also its anchor in docs/faults.md. */
  readonly name: string;
  /** It compares times: nothing else runs meanwhile. */
  readonly isTimed?: boolean;
  readonly run: (options: ScenarioOptions) => Promise<readonly FaultRow[]>;
}

/** @param parts names, or parts of names @throws Error there is no such one */
export function namedScenarios(all: readonly Scenario[], parts: readonly string[]): readonly Scenario[] {
  const isName = (part: string): boolean => all.some(({ name }) => name === part);
  const isMeant = (name: string): boolean =>
    parts.some((part) => name === part || (!isName(part) && name.includes(part)));
  const chosen = all.filter(({ name }) => isMeant(name));
  if (chosen.length > 0) return chosen;
  throw new Error(`no such scenario; there are ${all.map(({ name }) => name).join(', ')}`);
}
