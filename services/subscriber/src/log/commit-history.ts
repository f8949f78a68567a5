import type { LaneName } from '@tickwatch/core';
import type { DurableLog, Spool } from '@tickwatch/feed';
import type { LaneLedger } from './lane-ledger.ts';

/** So many commits are remembered. */
const MAX_COMMITS = 1000;

/** How the lane's account stood when it was committed up to a place. */
interface Commit {
  readonly place: string;
  readonly stored: number;
  readonly rejected: number;
}

/** What this process committed of a lane, for a database that goes back: by it the account is set right. */
export class CommitHistory {
  readonly #ledger: LaneLedger;
  readonly #compare: DurableLog['compare'];
  #commits: Commit[] = [];

  constructor(ledger: LaneLedger, compare: DurableLog['compare']) {
    this.#ledger = ledger;
    this.#compare = compare;
  }

  /** Where the lane is committed up to, in its own log. */
  get place(): string | undefined {
    return this.#commits.at(-1)?.place;
  }

  add(place: string): void {
    const { stored, rejected } = this.#ledger;
    this.#commits.push({ place, stored, rejected });
    if (this.#commits.length > MAX_COMMITS) this.#commits.shift();
  }

  begin(place: string): void {
    this.#commits = [];
    this.add(place);
  }

  /**
   * Where the database stands further back than it was committed to (it was restored), what it lost leaves `stored`: it
   * waits again as far as the log has it, which then counts it as received; the rest is lost. A log of the source's own
   * gives all of it again.
   */
  takeBack(lane: LaneName, after: string, spool: Spool | undefined): void {
    const last = this.#commits.at(-1);
    if (last === undefined || this.#compare(after, last.place) >= 0) return;
    const base = this.#commits.findLast(({ place }) => this.#compare(place, after) <= 0) ?? this.#commits[0] ?? last;
    const from = this.#compare(base.place, after) > 0 ? base.place : after;
    const ledger = this.#ledger;
    for (const [name, kind] of [['stored', 'ticks'] as const, ['rejected', 'rejected'] as const]) {
      const gone = ledger[name] - base[name];
      const found = spool && spool.count(lane, from)[kind] - spool.count(lane, last.place)[kind];
      const waits = Math.min(gone, found ?? gone);
      ledger[name] -= gone;
      ledger.received -= waits;
      ledger.lost += gone - waits;
    }
  }
}
