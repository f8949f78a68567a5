import { EXACT_MOVE_SECONDS, type MemoryNeeds } from '@tickwatch/core';
import type { JudgedRule } from './judged-rule.ts';

/** A long time begins at the minute that its first moment lies in. */
const MINUTE_SECONDS = 60;

/** What has to be known of the past to judge by these rules. */
export function memoryNeeds(rules: readonly JudgedRule[]): MemoryNeeds {
  let tickSeconds = 0;
  let minuteSeconds = 0;
  let days = 0;
  for (const { condition } of rules) {
    if (condition.type === 'price_moves') {
      const within = condition.within_seconds;
      if (within <= EXACT_MOVE_SECONDS) tickSeconds = Math.max(tickSeconds, within);
      else minuteSeconds = Math.max(minuteSeconds, within + MINUTE_SECONDS);
    } else if (condition.type === 'new_extreme') days = Math.max(days, condition.days);
  }
  return { stocks: stocksOf(rules), tickSeconds, minuteSeconds, days };
}

function stocksOf(rules: readonly JudgedRule[]): readonly string[] | undefined {
  const stocks = new Set<string>();
  for (const rule of rules) {
    if (rule.stocks === undefined) return undefined;
    for (const stock of rule.stocks) stocks.add(stock);
  }
  return [...stocks];
}
