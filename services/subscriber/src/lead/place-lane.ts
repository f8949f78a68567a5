import type { DurableLog, Spool } from '@tickwatch/feed';
import type { LaneCount, LanePosition } from '@tickwatch/store';
import type { IngestEvents } from '../events.ts';
import type { Cut } from '../log/cut.ts';
import type { LaneLog } from '../log/lane-log.ts';

/** What of a lane was in a commit that was not answered. */
export interface Flight {
  readonly cut: Cut;
  readonly count: LaneCount | undefined;
}

/**
 * Sets a lane's log behind what is committed, after its lease was taken (again).
 * @returns the place behind which the source is to be read; `undefined`: as before
 */
export async function placeLane(
  lane: LaneLog,
  position: LanePosition | undefined,
  flight: Flight | undefined,
  { log, events }: { readonly log: DurableLog; readonly events: IngestEvents },
): Promise<string | undefined> {
  const before = lane.committed;
  if (lane.isPlaced && isSamePosition(before, position)) return undefined;
  const isInFlight = flight !== undefined && flight.cut.segments[0] === lane.list.head[0];
  if (isInFlight && isSamePosition(flight.cut.batch.position, position)) {
    lane.settle(flight.cut, flight.count ?? { stored: flight.cut.batch.ticks.length, refusedByDatabase: 0 });
    return undefined;
  }
  const { after, by } = await log.place(position, lane.lane, lane.queue.entries);
  const spool = isSpool(log) ? log : undefined;
  if (by === 'fingerprint' || by === 'time') {
    events.resumed(lane.lane, by, after);
    // The other's numbers go on: from there its log had no jump, whatever this one had.
    await spool?.relabel(lane.lane, { after, seq: position?.seq ?? 0 }, lane.toldFrom);
  }
  const lostBefore = lane.ledger.lost;
  const isBack = before !== undefined && lane.place !== undefined && log.compare(after, lane.place) < 0;
  lane.lead(position, after, spool, by === 'own' || by === 'start');
  if (isBack) {
    events.wentBack(lane.lane, before, position, lane.ledger.lost - lostBefore);
  }
  return after;
}

export function isSpool(log: DurableLog): log is Spool {
  return log.durability !== 'log';
}

export function isSamePosition(a: LanePosition | undefined, b: LanePosition | undefined): boolean {
  return a?.logId === b?.logId && a?.position === b?.position;
}
