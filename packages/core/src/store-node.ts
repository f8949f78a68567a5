import { hashOfStock, type LaneCounts, type LaneName, laneIndex, lanesOf } from './lane.ts';

/**
 * One of several databases that share the lanes of every exchange, each a whole one of its own. Of `count` nodes, `index` has
 * every lane `k` with `k % count === index`. Each exchange has a multiple of `count` lanes, so that all lanes of a stock, on any
 * exchange and with any such number of lanes, are one node's.
 */
export interface StoreNode {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

/** The only one. */
export const WHOLE_STORE: StoreNode = { index: 0, count: 1 };

export function nodeOfLane(lane: LaneName, count: number): number {
  return laneIndex(lane) % count;
}

/** Where `laneOfStock` says which lane a stock is in. */
export function nodeOfStock(stock: string, count: number): number {
  return count === 1 ? 0 : hashOfStock(stock) % count;
}

/** The lanes of all exchanges that a node has, in order. */
export function lanesOfNode(counts: LaneCounts, { index, count }: StoreNode): readonly LaneName[] {
  return lanesOf(counts).filter((lane) => nodeOfLane(lane, count) === index);
}

/** Exchanges whose lanes so many nodes can't share, with how many they have. */
export function unevenExchanges(counts: LaneCounts, count: number): readonly (readonly [string, number])[] {
  return [...counts].filter(([, lanes]) => lanes % count !== 0);
}

/** `node 1 of 3`; the only one is `not divided`. */
export function nodeText({ index, count }: StoreNode): string {
  return count === 1 ? 'not divided' : `node ${index} of ${count}`;
}
