import type { IngestBatch, IngestPosition } from '@tickwatch/store';
import type { Lane } from './lane.ts';

/** What one transaction takes from each lane. */
export interface FlushCut {
  readonly batch: IngestBatch;
  readonly parts: readonly { readonly lane: Lane; readonly count: number; readonly position: IngestPosition }[];
  readonly messages: number;
  /** Messages of the lane that has the most. */
  readonly most: number;
  /** When the oldest message of the cut was received, in µs. */
  readonly oldestReceivedAt: number;
}

/** The oldest waiting batches of all lanes, up to about `maxRows` messages a lane; `undefined`: nothing is ready. */
export function cutReady(lanes: Iterable<Lane>, maxRows: number): FlushCut | undefined {
  const ticks: IngestBatch['ticks'][number][] = [];
  const rejected: IngestBatch['rejected'][number][] = [];
  const parts: FlushCut['parts'][number][] = [];
  let messages = 0;
  let most = 0;
  let oldestReceivedAt = Number.POSITIVE_INFINITY;
  for (const lane of lanes) {
    const batches = oldest(lane, maxRows);
    const position = lane.positionAfter(batches);
    if (position === undefined) continue;
    oldestReceivedAt = Math.min(oldestReceivedAt, lane.pending.oldestReceivedAt ?? oldestReceivedAt);
    let ofLane = 0;
    for (const batch of batches) {
      ofLane += batch.messages;
      for (const tick of batch.ticks) ticks.push(tick);
      for (const message of batch.rejected) rejected.push(message);
    }
    messages += ofLane;
    most = Math.max(most, ofLane);
    parts.push({ lane, count: batches.length, position });
  }
  if (parts.length === 0) return undefined;
  const positions = parts.map((part) => part.position);
  return { batch: { positions, ticks, rejected }, parts, messages, most, oldestReceivedAt };
}

function oldest(lane: Lane, maxRows: number): Lane['pending']['ready'] {
  const { ready } = lane.pending;
  let messages = 0;
  let count = 0;
  while (count < ready.length && messages < maxRows) messages += ready[count++]?.messages ?? 0;
  return ready.slice(0, count);
}

/** True when these committed positions are the ones that the cut would have written. */
export function isCommitted(cut: FlushCut, positions: readonly IngestPosition[]): boolean {
  return cut.parts.every(({ lane, position }) => samePlace(at(positions, lane.exchange), position));
}

/** True when nobody has moved the lanes' positions since they were read. */
export function isUnmoved(lanes: Iterable<Lane>, positions: readonly IngestPosition[]): boolean {
  return [...lanes].every((lane) => samePlace(at(positions, lane.exchange), lane.committed));
}

function at(positions: readonly IngestPosition[], exchange: string): IngestPosition | undefined {
  return positions.find((position) => position.exchange === exchange);
}

function samePlace(a: IngestPosition | undefined, b: IngestPosition | undefined): boolean {
  return a?.logId === b?.logId && a?.position === b?.position;
}
