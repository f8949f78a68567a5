import { createLaneJudge, type JudgedRule, type LaneJudge, memoryNeeds } from '@tickwatch/alerts';
import { type EpochMicros, exchangeOf, type StockMemory } from '@tickwatch/core';
import type { AlertReader } from '@tickwatch/store';
import type { LaneLog } from '../log/lane-log.ts';
import { inLane, type LaneShare } from './rules-of-lane.ts';

/**
 * A judge of these rules that stands where the lane is committed.
 * @param onBegun called once what is read is of one moment; until then nothing of the lane may be committed
 * @throws StoreUnavailableError
 */
export async function judgeFromStore(
  log: Pick<LaneLog, 'lane' | 'committed'>,
  share: LaneShare,
  rules: readonly JudgedRule[],
  reader: AlertReader,
  onBegun: () => void,
): Promise<LaneJudge> {
  const { seq = 0, receivedAt } = log.committed ?? {};
  const exchange = exchangeOf(log.lane);
  const own = rules.map((rule) => inLane(rule, share));
  const phases = await reader.phases(
    own.map(({ id }) => id),
    exchange,
  );
  const memory = await reader.memory({ ...memoryNeeds(own), exchange, lane: share.index, lanes: share.lanes }, onBegun);
  return createLaneJudge({
    exchange,
    seq,
    rules: own,
    phases,
    memory: receivedAt === undefined ? memory : memory.map((stock) => notAhead(stock, receivedAt)),
  });
}

/** A tick that was dated ahead makes nothing late that comes after it. */
function notAhead(stock: StockMemory, receivedAt: EpochMicros): StockMemory {
  const { last } = stock;
  return last.time <= receivedAt ? stock : { ...stock, last: { ...last, time: receivedAt } };
}
