import type { AlertPhase } from '@tickwatch/core';
import { ExtremeWatch } from './extreme-watch.ts';
import { LevelWatch } from './level-watch.ts';
import { MoveWatch } from './move-watch.ts';
import { RateWatch } from './rate-watch.ts';
import { SilentWatch } from './silent-watch.ts';
import type { WatchedRule } from './subject.ts';
import type { Watch } from './watch.ts';

/** What watches a stock for a rule; `undefined`: its condition is not about ticks of a stock. */
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
    case 'price_moves':
      return new MoveWatch(watched, condition, exchange, stock, known);
    case 'new_extreme':
      return new ExtremeWatch(watched, condition, exchange, stock, known);
    case 'tick_rate':
      return new RateWatch(watched, condition, exchange, stock, known);
    case 'silent':
      return new SilentWatch(watched, exchange, stock, known);
    case 'hole':
    case 'outlier':
    case 'system':
      return undefined;
  }
}
