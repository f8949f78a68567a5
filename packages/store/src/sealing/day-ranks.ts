import { FIRST_LATE_RANK } from '../sealed/tick-columns.ts';
import type { KeptRanks, RanksOfKey } from './kept-ranks.ts';

/** What ranks the ticks of a day get that come from outside of its blocks. */
export interface DayRanks {
  of(stock: string, exchange: string): RanksOfKey | undefined;
}

export const NO_RANKS: DayRanks = { of: () => undefined };

/** Of a sealed day: ranks behind all of those that were there, whose greatest nobody knows without all blocks. */
export function lateRanks(kept: KeptRanks): DayRanks {
  return {
    of(stock, exchange) {
      const ranks = kept.of(stock, exchange);
      return { next: (time) => FIRST_LATE_RANK + (ranks?.next(time) ?? 0) };
    },
  };
}
