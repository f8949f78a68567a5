import { exchangeOf, type LaneName, laneIndex, laneName, laneOfStock } from '@tickwatch/core';
import type { KnownLanes } from '../snapshot.ts';
import type { LaneEdge } from './coverage-facts.ts';

/** Up to where what was published is in an answer. */
export interface Edge {
  /** µs, exclusive; infinite: up to now. */
  readonly until: number;
  /** The last tick before it; `undefined`: it is not known, or needs not be. */
  readonly lastTime: number | undefined;
}

const UP_TO_NOW: Edge = { until: Number.POSITIVE_INFINITY, lastTime: undefined };

/** Of each exchange, the edge of a stock's lane. Of several that it was in, the one that reaches furthest counts. */
export function edgesOfStock(
  stock: string,
  lanes: readonly LaneEdge[],
  { usable, wanted, nodes }: Pick<KnownLanes, 'usable' | 'wanted' | 'nodes'>,
  now: number,
): ReadonlyMap<string, Edge> {
  const edges = new Map<string, Edge>();
  for (const [exchange, names] of byExchange(wanted)) {
    if (usable.has(laneName(exchange, laneOfStock(stock, names.length * nodes)))) edges.set(exchange, UP_TO_NOW);
  }
  for (const lane of lanes) {
    if (!hasStock(lane.lane, lane.lanes, stock)) continue;
    const exchange = exchangeOf(lane.lane);
    const [edge, known] = [storedEdge(lane, now), edges.get(exchange)];
    if (known === undefined || edge.until > known.until) edges.set(exchange, edge);
  }
  return edges;
}

/** Of each exchange, the edge of that of its lanes which is furthest behind. */
export function edgesOfExchanges(
  lanes: readonly LaneEdge[],
  { usable, wanted }: Pick<KnownLanes, 'usable' | 'wanted'>,
  now: number,
): ReadonlyMap<string, Edge> {
  const led = byExchange(wanted);
  const stored = new Map(lanes.map((lane) => [lane.lane, lane]));
  const edges = new Map<string, Edge>();
  for (const exchange of new Set([...led.keys(), ...lanes.map((lane) => exchangeOf(lane.lane))])) {
    const own = lanes.filter((lane) => exchangeOf(lane.lane) === exchange);
    const count = Math.max(1, ...own.map((lane) => lane.lanes));
    const names = led.get(exchange) ?? own.filter((lane) => lane.lanes === count).map(({ lane }) => lane);
    const behind = names.filter((name) => !usable.has(name)).map((name) => storedEdge(stored.get(name), now));
    edges.set(exchange, behind.sort((a, b) => a.until - b.until)[0] ?? UP_TO_NOW);
  }
  return edges;
}

/** Whether a lane has a stock. What is no lane, of a file say, has all. */
export function hasStock(lane: LaneName, lanes: number, stock: string): boolean {
  return !lane.includes('/') || laneOfStock(stock, lanes) === laneIndex(lane);
}

/** What is covered up to a moment to come was said by a clock that was set back since. */
function storedEdge(lane: LaneEdge | undefined, now: number): Edge {
  const { coveredUntil = 0, lastTime } = lane ?? {};
  return { until: Math.max(coveredUntil > now ? 0 : coveredUntil, lastTime ?? 0) + 1, lastTime };
}

function byExchange(lanes: Iterable<LaneName>): ReadonlyMap<string, readonly LaneName[]> {
  const all = new Map<string, LaneName[]>();
  for (const lane of lanes) all.set(exchangeOf(lane), [...(all.get(exchangeOf(lane)) ?? []), lane]);
  return all;
}
