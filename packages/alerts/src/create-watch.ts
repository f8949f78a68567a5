import type { AlertPhase } from '@tickwatch/core';
import { LevelWatch } from './level-watch.ts';
import type { WatchedRule } from './subject.ts';
import type { Watch } from './watch.ts';

/** What watches ticks of a stock for a rule; `undefined`: its condition is not about ticks of a stock. */
export function createWatch(
  watched: WatchedRule,
  exchange: string,
  stock: string,
  known: AlertPhase | undefined,
): Watch | undefined {
  const { condition } = watched.rule;
  switch (condition.type) {
    case 'price_crosses':
      return new LevelWatch(watched, condition, exchange, stock, known);
    default:
      return undefined;
  }
}
