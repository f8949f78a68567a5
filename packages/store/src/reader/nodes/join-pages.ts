import type { StockKey } from '../stock-order.ts';
import { onSeveralNodes } from './node-of-stock.ts';

/** Part of a list in an order; all that there is up to `next`. */
export interface KeyedPage<Item, Key> {
  readonly items: readonly Item[];
  /** Where it ends; `undefined`: it is the rest of the list. */
  readonly next: Key | undefined;
}

/**
 * The page of a list of which each node has a part: as far as all of them tell.
 * @throws WrongNodeError two nodes have the same stock
 */
export function joinPages<Item, Key extends StockKey>(
  pages: readonly KeyedPage<Item, Key>[],
  limit: number,
  keyOf: (item: Item) => Key,
  compare: (a: Key, b: Key) => number,
): KeyedPage<Item, Key> {
  const ends = pages.flatMap(({ next }) => (next === undefined ? [] : [next]));
  const [end] = ends.sort(compare);
  const known = pages
    .flatMap(({ items }) => items.map((item) => ({ item, key: keyOf(item) })))
    .filter(({ key }) => end === undefined || compare(key, end) <= 0)
    .sort((a, b) => compare(a.key, b.key));
  for (const [i, { key }] of known.entries()) {
    const before = known[i - 1]?.key;
    if (before?.stock === key.stock && before.exchange === key.exchange) throw onSeveralNodes(key.stock);
  }
  const shown = known.slice(0, limit);
  return { items: shown.map(({ item }) => item), next: known.length > limit ? shown.at(-1)?.key : end };
}
