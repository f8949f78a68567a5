import { comparePrices } from '@tickwatch/core';
import { IN_BLOCK, type MarketBuffer } from './market-buffer.ts';
import { marketPrice } from './market-chunk.ts';
import { sortedPlaces } from './sort-places.ts';

/** The places of ticks in the order of arrival. Ticks of a block come in its order. */
export function arrivalOrder(buffer: MarketBuffer): Uint32Array {
  const places = sortedPlaces(buffer.clocks, buffer.count);
  const { clocks } = buffer;
  for (let from = 0; from < places.length; ) {
    const clock = clocks[places[from] as number];
    let until = from + 1;
    while (until < places.length && clocks[places[until] as number] === clock) until++;
    if (until - from > 1) places.subarray(from, until).sort((a, b) => compareAtClock(buffer, a, b));
    from = until;
  }
  return places;
}

/** Of ticks with the same clock: exchange, what is in blocks first, number, stock, price; then how it is written. */
function compareAtClock(buffer: MarketBuffer, a: number, b: number): number {
  const { keys, keyOf, majors, minors } = buffer;
  const [left, right] = [keyOf[a] as number, keyOf[b] as number];
  const major = majors[a] as number;
  return (
    keys.compareExchanges(left, right) ||
    major - (majors[b] as number) ||
    keys.compareStocks(left, right) ||
    (isInBlock(major) ? (minors[a] as number) - (minors[b] as number) : comparePricesAt(buffer, a, b)) ||
    a - b
  );
}

/** The first place in an order of arrival whose clock is a moment or later. */
export function firstFrom({ clocks }: MarketBuffer, order: Uint32Array, moment: number): number {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((clocks[order[middle] as number] as number) >= moment) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function isInBlock(major: number): boolean {
  return major < IN_BLOCK / 2;
}

function comparePricesAt(buffer: MarketBuffer, a: number, b: number): number {
  const { mantissas, decimals } = buffer;
  if (mantissas[a] === mantissas[b] && decimals[a] === decimals[b]) return 0;
  return compareWritten(marketPrice(buffer, a), marketPrice(buffer, b));
}

/** By value; of equal ones, the one with fewer decimals first. */
export function compareWritten(a: string, b: string): number {
  return comparePrices(a, b) || a.length - b.length;
}
