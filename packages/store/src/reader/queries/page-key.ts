import { comparePrices, compareTicks, type DecimalText, type SequencedTick } from '@tickwatch/core';
import type { PageKey } from '../sql/page.ts';
import type { Way } from '../sql/tick-order.ts';
import { compareBytes } from '../stock-order.ts';
import { isAt, keyAfter } from './page-rows.ts';

/** More ticks of one time aren't looked at together. */
export const MOST_AT_KEY = 4096;

/** Where the page behind some ticks begins. @param before where these began */
export function keyBehind(ticks: readonly SequencedTick[], before: PageKey | undefined): PageKey | undefined {
  const key = keyAfter(ticks, before);
  if (key === undefined) return undefined;
  const first = ticks.findLastIndex((tick) => tick.time !== key.time) + 1;
  const names = new Set(ticks.slice(first).map(({ exchange }) => exchange));
  if (first === 0 && before?.time === key.time) for (const name of [before.exchange, ...before.also]) names.add(name);
  names.delete(key.exchange);
  return { ...key, also: [...names] };
}

/**
 * Which of the ticks of a key's time are behind it. A tick that is alone in its time on its exchange loses its seq when its
 * day is sealed. So seq tells only of ticks that share their time; of others, whether their exchange had its turn.
 * @param ticks all of that time, in order
 */
export function leftAtKey(ticks: readonly SequencedTick[], key: PageKey, way: Way): readonly SequencedTick[] {
  const isThere = ticks.some((tick) => isAt(key, tick));
  const renumbered = isThere ? undefined : renumberedOf(ticks, key);
  let { seen } = key;
  return ticks.filter((tick) => {
    if (isAt(key, tick)) return seen-- <= 0;
    if (tick === renumbered) return false;
    if (tick.exchange !== key.exchange && !key.also.includes(tick.exchange)) return true;
    const isAlone = ticks.every((other) => other === tick || other.exchange !== tick.exchange);
    if (isAlone && tick.exchange !== key.exchange) return false;
    const place =
      compareTicks(tick, { ...tick, ...key, price: key.price as DecimalText }) ||
      compareBytes(tick.exchange, key.exchange);
    return way === 'asc' ? place > 0 : place < 0;
  });
}

/** The key's tick, which has another seq by now: the next one before it with its price. */
function renumberedOf(ticks: readonly SequencedTick[], key: PageKey): SequencedTick | undefined {
  return ticks
    .filter(
      ({ exchange, price, seq }) => exchange === key.exchange && seq < key.seq && comparePrices(price, key.price) === 0,
    )
    .reduce<SequencedTick | undefined>(
      (last, tick) => (last === undefined || tick.seq > last.seq ? tick : last),
      undefined,
    );
}
