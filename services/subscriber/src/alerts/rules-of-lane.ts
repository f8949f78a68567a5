import type { JudgedRule } from '@tickwatch/alerts';
import { exchangeOf, type LaneName, laneIndex, laneOfStock } from '@tickwatch/core';

/** Those that watch any stock of a lane. @param lanes how many its exchange has */
export function rulesOfLane(rules: readonly JudgedRule[], lane: LaneName, lanes: number): readonly JudgedRule[] {
  const exchange = exchangeOf(lane);
  return rules.filter(
    (rule) => (rule.exchange === undefined || rule.exchange === exchange) && hasStock(rule, lane, lanes),
  );
}

/** The same rule, of the stocks that are in the lane. */
export function inLane(rule: JudgedRule, lane: LaneName, lanes: number): JudgedRule {
  if (rule.stocks === undefined || lanes === 1) return rule;
  return { ...rule, stocks: rule.stocks.filter((stock) => laneOfStock(stock, lanes) === laneIndex(lane)) };
}

function hasStock({ stocks, condition }: JudgedRule, lane: LaneName, lanes: number): boolean {
  if (condition.type === 'hole' || condition.type === 'system') return true;
  return stocks === undefined || lanes === 1 || stocks.some((stock) => laneOfStock(stock, lanes) === laneIndex(lane));
}
