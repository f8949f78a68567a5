import type { EpochMicros, SequencedTick } from '@tickwatch/core';
import { FINGERPRINT_MESSAGES, Fingerprint } from '@tickwatch/feed';
import type { LaneBatch, LaneCoverage } from '@tickwatch/store';
import { gapsOf } from './gaps-of.ts';
import type { LaneLog } from './lane-log.ts';
import type { Segment } from './segment.ts';

/** What one commit takes of a lane. */
export interface Cut {
  readonly log: LaneLog;
  readonly segments: readonly Segment[];
  readonly batch: LaneBatch;
}

/** The oldest that waits, at most about so many ticks and rejections and bytes; `undefined`: nothing is ready. */
export function cutOf(log: LaneLog, maxCount: number, maxBytes: number, logId: string): Cut | undefined {
  const segments = log.list.takeOff(maxCount, maxBytes, log.before);
  const last = segments.at(-1);
  if (last === undefined) return undefined;
  const { lane, committed } = log;
  const fingerprint = Fingerprint.parse(committed?.fingerprint ?? '');
  for (const { hashes } of segments.slice(-FINGERPRINT_MESSAGES)) fingerprint.push(...hashes);
  const { position, receivedAt, seq } = last;
  // Not flatMap, which takes six times as long for arrays of many.
  const ticks: SequencedTick[] = [];
  for (const segment of segments) for (const tick of segment.ticks) ticks.push(tick);
  const known = committed?.coverage;
  const { gaps, numbers } = gapsOf(log, segments);
  const coverage: LaneCoverage = {
    lanes: log.lanes,
    until: receivedAt,
    lastTime: ticks.at(-1)?.time ?? known?.lastTime ?? (0 as EpochMicros),
    numbers,
  };
  const batch: LaneBatch = {
    position: { lane, logId, position, fingerprint: fingerprint.text(), receivedAt, seq, coverage },
    after: committed,
    ticks,
    rejected: segments.flatMap(({ rejected }) => rejected),
    gaps,
    coveredFrom: known === undefined || known.lastTime === 0 ? ticks[0]?.time : undefined,
  };
  return { log, segments, batch };
}
