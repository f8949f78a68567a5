import { type EpochMicros, formatMicros, type TailHole } from '@tickwatch/core';
import type { Hole } from '@tickwatch/feed';
import type { GapRow } from '@tickwatch/store';
import type { Intake } from './intake.ts';
import { type Border, heardByOther, lanesBehind, lastCommitted } from './log/gap-row.ts';
import { gapsOf } from './log/gaps-of.ts';
import type { LaneLog } from './log/lane-log.ts';

/** What a lane's answer lacks: holes that are not committed, or were a moment ago (behind a number), and what lies in the log only. */
export function holesOf(log: LaneLog, feed: Intake, afterSeq: number): readonly TailHole[] {
  const { head, run } = log.list;
  const holes = [...log.recentGaps, ...gapsOf(log, head).gaps].filter(({ toSeq = 0 }) => toSeq > afterSeq).map(toHole);
  const last = lastHeard(log);
  // Before the first tick of all nothing is known to be missing.
  if (last === undefined) return holes;
  const open = (reason: TailHole['reason'], hole: Partial<Hole> = {}): void => {
    holes.push({
      lane: log.lane,
      lanes: lanesBehind(log),
      from_time: formatMicros(hole.from ?? last.time),
      to_time: hole.to === undefined ? null : formatMicros(hole.to),
      from_seq: last.seq,
      to_seq: null,
      messages: hole.messages ?? null,
      reason,
      detail: hole.detail ?? '',
    });
  };
  if (run !== undefined) open('waiting', { detail: 'received, and read from the log when it is its turn' });
  for (const hole of [...behindAll(log), ...log.missing.holes]) open(hole.reason, hole);
  const state = feed.stateOf(log.lane);
  if (feed.keepsMessages) {
    if (state.state !== 'connected') open('waiting', { detail: state.error });
  } else if (state.state !== 'connected') open('not_listening', { detail: state.error });
  else if (isBroken(log, state.since)) open('not_listening', { to: state.since });
  return holes;
}

/** Nothing came since the source is listened to again, and nobody else heard what came meanwhile. */
function isBroken(log: LaneLog, since: EpochMicros): boolean {
  return log.missing.listensSince !== since && since > heardByOther(log);
}

/** What is known to be missing behind all that is in memory. */
function behindAll(log: LaneLog): readonly Hole[] {
  const { head, run } = log.list;
  if (run !== undefined) return [];
  const end = head.at(-1)?.position;
  const places = log.numbering.holes.filter(({ after }) => end === undefined || log.compare(after, end) >= 0);
  return places.flatMap(({ holes = [] }) => holes.filter(({ wasCommitted }) => !wasCommitted));
}

function lastHeard(log: LaneLog): Border | undefined {
  return log.list.head.findLast(({ ticks }) => ticks.length > 0)?.ticks.at(-1) ?? lastCommitted(log);
}

function toHole(gap: GapRow): TailHole {
  const { lane, lanes, from, to, fromSeq, toSeq, messages, reason, detail } = gap;
  return {
    lane,
    lanes,
    from_time: formatMicros(from),
    to_time: formatMicros(to),
    from_seq: fromSeq ?? null,
    to_seq: toSeq ?? null,
    messages: messages ?? null,
    reason,
    detail,
  };
}
