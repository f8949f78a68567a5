import type { JudgedRule } from '@tickwatch/alerts';
import { exchangeOf, type LaneLayout, type LaneName, laneIndex, mayBeInLane } from '@tickwatch/core';
import type { LaneLog } from '../log/lane-log.ts';

/** Which stocks of an exchange a lane has: those of the lane `index`. */
export interface LaneShare {
  readonly index: number;
  readonly lanes: LaneLayout;
}

export function shareOf({ lane, lanes, before }: Pick<LaneLog, 'lane' | 'lanes' | 'before'>): LaneShare {
  return before === undefined ? { index: laneIndex(lane), lanes } : { index: 0, lanes: 1 };
}

/** Those that watch any stock of a lane. */
export function rulesOfLane(rules: readonly JudgedRule[], lane: LaneName, share: LaneShare): readonly JudgedRule[] {
  const exchange = exchangeOf(lane);
  return rules.filter((rule) => (rule.exchange === undefined || rule.exchange === exchange) && hasStock(rule, share));
}

/** The same rule, of the stocks that are in the lane. */
export function inLane(rule: JudgedRule, { index, lanes }: LaneShare): JudgedRule {
  if (rule.stocks === undefined || lanes === 1) return rule;
  return { ...rule, stocks: rule.stocks.filter((stock) => mayBeInLane(stock, index, lanes)) };
}

function hasStock({ stocks, condition }: JudgedRule, { index, lanes }: LaneShare): boolean {
  if (condition.type === 'hole' || condition.type === 'system') return true;
  return stocks === undefined || lanes === 1 || stocks.some((stock) => mayBeInLane(stock, index, lanes));
}
