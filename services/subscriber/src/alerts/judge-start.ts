import { createLaneJudge, type JudgedRule, type LaneJudge, memoryNeeds } from '@tickwatch/alerts';
import { exchangeOf, laneIndex } from '@tickwatch/core';
import type { AlertReader } from '@tickwatch/store';
import type { LaneLog } from '../log/lane-log.ts';
import { inLane } from './rules-of-lane.ts';

/**
 * A judge of these rules that stands where the lane is committed. Nothing of the lane may be committed meanwhile.
 * @throws StoreUnavailableError
 */
export async function judgeFromStore(
  log: Pick<LaneLog, 'lane' | 'lanes' | 'committed'>,
  rules: readonly JudgedRule[],
  reader: AlertReader,
): Promise<LaneJudge> {
  const { lane, lanes } = log;
  const exchange = exchangeOf(lane);
  const own = rules.map((rule) => inLane(rule, lane, lanes));
  const phases = await reader.phases(
    own.map(({ id }) => id),
    exchange,
  );
  const needs = memoryNeeds(own);
  const memory =
    needs === undefined ? [] : await reader.memory({ ...needs, exchange, lane: laneIndex(lane), lanes });
  return createLaneJudge({ exchange, seq: log.committed?.seq ?? 0, rules: own, phases, memory });
}
