import { FeedUnavailableError } from '@tickwatch/feed';
import type { CommitResult, LanePosition } from '@tickwatch/store';
import type { Cut } from '../log/cut.ts';
import type { LaneLog } from '../log/lane-log.ts';
import type { LeaderParts } from './leader-parts.ts';

/** What of a lane was in a commit that was not answered. */
export interface Flight {
  readonly cut: Cut;
  readonly result: CommitResult;
}

/**
 * Sets a lane's log, and what reads its source, behind what is committed, after its lease was taken (again).
 * @returns false: Redis is away and can't say where that is
 */
export async function placeLane(
  lane: LaneLog,
  position: LanePosition | undefined,
  flight: Flight | undefined,
  { logs, events, reader }: LeaderParts,
): Promise<boolean> {
  const { durableLog, spool } = logs;
  const before = lane.committed;
  if (lane.isPlaced && isSamePosition(before, position)) return true;
  const isInFlight = flight !== undefined && flight.cut.segments[0] === lane.list.head[0];
  if (isInFlight && isSamePosition(flight.cut.batch.position, position)) {
    lane.settle(flight.cut, flight.result);
    return true;
  }
  const place = await durableLog.place(position, lane.lane, [...lane.queue.entries()]).catch(undefinedIfAway);
  if (place === undefined) return false;
  const { after, by, gone } = place;
  if (by === 'fingerprint' || by === 'time') {
    events.resumed(lane.lane, by, after);
    // The other's numbers go on: from there its log had no jump, whatever this one had.
    await spool?.relabel(lane.lane, { after, seq: position?.seq ?? 0 }, lane.toldFrom);
  }
  const lostBefore = lane.ledger.lost;
  const isBack = before !== undefined && lane.place !== undefined && durableLog.compare(after, lane.place) < 0;
  // What an earlier process committed is known by the log alone.
  const isForgotten = lane.place === undefined && gone !== undefined;
  lane.lead(position, after, by === 'own' || by === 'start');
  if (isForgotten) lane.ledger.lose(gone.messages);
  // Places don't tell how many were between them; this process has counted what it committed itself.
  const lost = lane.ledger.lost - lostBefore;
  if (gone !== undefined && lost > 0) {
    lane.numbering.addHoles(after, [{ reason: 'store_went_back', ...(isBack && { messages: lost }) }]);
  }
  const was = isBack ? before.position : isForgotten ? gone.upTo : undefined;
  if (was !== undefined) events.wentBack(lane.lane, was, position, lost);
  reader?.lead(lane, after);
  return true;
}

export function isSamePosition(a: LanePosition | undefined, b: LanePosition | undefined): boolean {
  return a?.logId === b?.logId && a?.position === b?.position;
}

/** For a log that can't be asked now: that Redis is away is a state of its own. */
export function undefinedIfAway(error: unknown): undefined {
  if (!(error instanceof FeedUnavailableError)) throw error;
}
