import { nowMicros } from '@tickwatch/core';
import type { Commands } from './publish-commands.ts';
import { exchangeOfTick, publishCommand, stockOfTick } from './tick-text.ts';

/** Of the first stock; each other begins one higher than the one before. */
export const WALK_FROM = 100;

/**
 * As `singleTicks`, but each stock's price walks: a cent up or down from one tick to the next, as real ones do. Whoever looks at prices, and not
 * only at messages, is measured with it.
 */
export function walkingTicks(stocks: number): Commands {
  const cents = Array.from({ length: stocks }, (_, stock) => 100 * (WALK_FROM + stock));
  let random = 1;
  return (from, count) => {
    const time = nowMicros();
    let text = '';
    for (let i = from; i < from + count; i++) {
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) | 0;
      const price = (cents[i % stocks] ?? 0) + (random < 0 ? -1 : 1);
      cents[i % stocks] = price;
      const micros = time + (i - from);
      const stamp = `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
      text += publishCommand(
        exchangeOfTick(i, stocks),
        `${stockOfTick(i, stocks)}:(${(price / 100).toFixed(2)}, ${stamp})`,
      );
    }
    return text;
  };
}
