import type { LaneName } from '@tickwatch/core';
import type { Label, Spool } from '@tickwatch/feed';

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
