import { type LaneName, nodeOfLane, type StoreNode } from '@tickwatch/core';
import type { Spool } from '@tickwatch/feed';
import type { LanePosition, Membership, Survey, TickStore } from '@tickwatch/store';
import type { LaneLogs } from '../log/lane-logs.ts';
import { isSamePosition } from './place-lane.ts';

export interface UndrainedLanes {
  /** This process is to store them. */
  readonly own: readonly LaneName[];
  /** This process heard them, and another node's database is to have them. */
  readonly ofOthers: readonly LaneName[];
}

/** Lanes of other settings (the number of lanes, the exchanges, the node) that hold what is not committed. */
export async function undrainedLanes(
  configured: readonly LaneName[],
  store: TickStore,
  logs: LaneLogs,
  node: StoreNode,
): Promise<UndrainedLanes> {
  const { durableLog: log } = logs;
  const positions = await store.positions();
  const undrained: LaneName[] = [];
  const ofOthers: LaneName[] = [];
  for (const lane of await log.lanes()) {
    if (configured.includes(lane)) continue;
    if (nodeOfLane(lane, node.count) !== node.index) {
      // A source that keeps messages has them for whoever leads.
      if (logs.spool !== undefined && (await log.read(lane, log.start, 1)) !== undefined) ofOthers.push(lane);
      continue;
    }
    const { after } = await log.place(positions.get(lane), lane);
    if ((await log.read(lane, after, 1)) === undefined) continue;
    await logs.open(lane);
    undrained.push(lane);
  }
  return { own: undrained, ofOthers };
}

/** Led lanes that don't stand where they were committed to: also while nothing comes that could be committed. */
export async function movedLanes(
  led: readonly LaneName[],
  survey: Survey,
  membership: Membership,
  logs: LaneLogs,
): Promise<readonly LaneName[]> {
  const isMoved = (lane: LaneName, position: LanePosition | undefined): boolean =>
    !isSamePosition(logs.get(lane)?.committed, position);
  const suspect = led.filter((lane) => isMoved(lane, survey.lanes.get(lane)?.position));
  if (suspect.length === 0) return [];
  // The survey may be older than the last commit.
  const positions = await membership.positions(suspect);
  return suspect.filter((lane) => isMoved(lane, positions.get(lane)));
}

/** What others have committed need not be kept for them, but for a while. */
export async function trimFollowed(followed: readonly LaneName[], survey: Survey, spool: Spool): Promise<void> {
  for (const lane of followed) {
    const position = survey.lanes.get(lane)?.position;
    if (position !== undefined) await spool.trimBefore(lane, position.receivedAt);
  }
}
