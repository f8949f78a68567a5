import type { LaneName } from '@tickwatch/core';
import type { Label, Spool } from '@tickwatch/feed';
import type { Run } from './segment-list.ts';

/** The side of a spool by which a lane is counted. */
export type Backlog = Pick<Spool, 'count' | 'labels'>;

/** What a spool holds behind a place, as a run of which nothing was read yet; numbering goes on from its end. */
export function runBehind(
  lane: LaneName,
  after: string,
  {
    position,
    labels,
    backlog,
  }: { readonly position: string; readonly labels: readonly Label[]; readonly backlog: Backlog },
  numbering: { seq: number },
): Run {
  let { ticks, rejected } = backlog.count(lane, after);
  const left = ticks + rejected;
  const seqBefore = numbering.seq;
  for (const label of labels) {
    const behind = backlog.count(lane, label.after).ticks;
    numbering.seq = Math.max(numbering.seq + ticks - behind, label.seq);
    ticks = behind;
  }
  numbering.seq += ticks;
  return { after, seqBefore, position, seq: numbering.seq, left, oldest: 0 };
}
