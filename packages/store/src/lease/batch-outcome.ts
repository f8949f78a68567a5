import { exchangeOf, type LaneName, type Tick } from '@tickwatch/core';
import type { LaneBatch, LaneCount, RejectedMessage } from '../tick-store.ts';
import { asRejected, type RefusedTick } from '../write/store-ticks.ts';

/** What becomes of batches when their transaction commits. */
export interface BatchOutcome {
  readonly lanes: ReadonlyMap<LaneName, LaneCount>;
  readonly refused: readonly RefusedTick[];
  /** For `rejected_messages`: what was rejected before, and the refused ticks. */
  readonly rejected: ReadonlyMap<LaneName, readonly RejectedMessage[]>;
}

export function outcomeOf(batches: readonly LaneBatch[], refused: readonly RefusedTick[]): BatchOutcome {
  const byTick = new Map<Tick, RefusedTick>(refused.map((one) => [one.tick, one]));
  const lanes = new Map<LaneName, LaneCount>();
  const rejected = new Map<LaneName, readonly RejectedMessage[]>();
  for (const batch of batches) {
    const { lane, receivedAt } = batch.position;
    const ofLane = byTick.size === 0 ? [] : batch.ticks.flatMap((tick) => byTick.get(tick) ?? []);
    lanes.set(lane, { stored: batch.ticks.length - ofLane.length, refusedByDatabase: ofLane.length });
    const refusedHere = ofLane.map((one) => asRejected(one, receivedAt || one.tick.time));
    rejected.set(lane, refusedHere.length === 0 ? batch.rejected : [...batch.rejected, ...refusedHere]);
  }
  return { lanes, refused, rejected };
}

/** @throws Error a lane twice, or a row of another exchange than its lane's: a fault of the caller */
export function checkBatches(batches: readonly LaneBatch[]): void {
  const lanes = new Set(batches.map(({ position }) => position.lane));
  if (lanes.size !== batches.length) throw new Error('a lane has more than one batch');
  for (const { position, ticks, rejected } of batches) {
    const exchange = exchangeOf(position.lane);
    for (const rows of [ticks, rejected]) {
      for (const row of rows) {
        if (row.exchange !== exchange) throw new Error(`${row.exchange} is not the exchange of lane ${position.lane}`);
      }
    }
  }
}
