import type { LaneName } from '@tickwatch/core';
import type { DurableLog, Label, Spool } from '@tickwatch/feed';
import type { LanePosition } from '@tickwatch/store';
import type { LaneLedger } from './lane-ledger.ts';

/** The side of a spool by which a lane is counted. */
export type Backlog = Pick<Spool, 'count' | 'labels'>;

/** What a spool holds behind a place and its number. @returns the number of its last tick, and ticks and rejections */
export function countBehind(
  backlog: Backlog,
  lane: LaneName,
  from: Label,
  labels: readonly Label[],
): { readonly seq: number; readonly left: number } {
  let { ticks, rejected } = backlog.count(lane, from.after);
  let { seq } = from;
  const left = ticks + rejected;
  for (const label of labels) {
    const behind = backlog.count(lane, label.after).ticks;
    seq = Math.max(seq + ticks - behind, label.seq);
    ticks = behind;
  }
  return { seq: seq + ticks, left };
}

/** How a lane's account stood when it was committed up to a place. */
export interface Commit {
  readonly place: string;
  readonly stored: number;
  readonly rejected: number;
}

/** Places of one log, `from` exclusive. */
export interface Stretch {
  readonly from: string;
  readonly upTo: string;
}

/**
 * Where the database stands further back than it was committed to (it was restored), what it lost leaves `stored`: it
 * waits again as far as the log has it, which then counts it as received; the rest is lost. A log of the source's own
 * gives all of it again.
 * @param commits of this process, oldest first
 * @returns the stretch for which that is accounted for; `undefined`: it does not stand further back
 */
export function takeBack(
  ledger: LaneLedger,
  commits: readonly Commit[],
  now: { readonly lane: LaneName; readonly after: string },
  compare: DurableLog['compare'],
  backlog: Backlog | undefined,
): Stretch | undefined {
  const last = commits.at(-1);
  if (last === undefined || compare(now.after, last.place) >= 0) return undefined;
  const base = commits.findLast(({ place }) => compare(place, now.after) <= 0) ?? commits[0] ?? last;
  const from = compare(base.place, now.after) > 0 ? base.place : now.after;
  const again = backlog?.count(now.lane, from);
  const kept = backlog?.count(now.lane, last.place);
  const back = (name: 'stored' | 'rejected', found: number): void => {
    const gone = ledger[name] - base[name];
    const waits = backlog === undefined ? gone : Math.min(gone, found);
    ledger[name] -= gone;
    ledger.received -= waits;
    ledger.lost += gone - waits;
  };
  back('stored', (again?.ticks ?? 0) - (kept?.ticks ?? 0));
  back('rejected', (again?.rejected ?? 0) - (kept?.rejected ?? 0));
  return { from, upTo: last.place };
}
