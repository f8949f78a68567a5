import {
  exchangeOf,
  type LaneLayout,
  type LaneName,
  laneIndex,
  laneName,
  laneOfStock,
  mayBeInLane,
} from '@tickwatch/core';
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

/**
 * Of each exchange, the edge of a stock's lane. Of several that it was in, the one that reaches furthest counts; where the source
 * deals the stocks, or nothing is stored that would tell, the one that is furthest behind.
 */
export function edgesOfStock(
  stock: string,
  lanes: readonly LaneEdge[],
  { usable, wanted, nodes }: Pick<KnownLanes, 'usable' | 'wanted' | 'nodes'>,
  now: number,
): ReadonlyMap<string, Edge> {
  const edges = new Map<string, Edge>();
  const dealt = new Set(lanes.filter((lane) => lane.lanes < 0).map(({ lane }) => exchangeOf(lane)));
  const known = new Set(lanes.map(({ lane }) => exchangeOf(lane)));
  for (const [exchange, names] of byExchange(wanted)) {
    if (dealt.has(exchange) || !known.has(exchange)) continue;
    if (usable.has(laneName(exchange, laneOfStock(stock, names.length * nodes)))) edges.set(exchange, UP_TO_NOW);
  }
  for (const [exchange, edge] of edgesOfExchanges(lanes, { usable, wanted }, now)) {
    if (dealt.has(exchange) || !known.has(exchange)) edges.set(exchange, edge);
  }
  for (const lane of lanes) {
    const exchange = exchangeOf(lane.lane);
    if (dealt.has(exchange) || !hasStock(lane.lane, lane.lanes, stock)) continue;
    const [edge, other] = [storedEdge(lane, now), edges.get(exchange)];
    if (other === undefined || edge.until > other.until) edges.set(exchange, edge);
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
    const count = Math.max(1, ...own.map((lane) => Math.abs(lane.lanes)));
    const names = led.get(exchange) ?? own.filter((lane) => Math.abs(lane.lanes) === count).map(({ lane }) => lane);
    const behind = names.filter((name) => !usable.has(name)).map((name) => storedEdge(stored.get(name), now));
    edges.set(exchange, behind.sort((a, b) => a.until - b.until)[0] ?? UP_TO_NOW);
  }
  return edges;
}

/** Whether a lane may have a stock. What is no lane, of a file say, has all. */
export function hasStock(lane: LaneName, layout: LaneLayout, stock: string): boolean {
  return !lane.includes('/') || mayBeInLane(stock, laneIndex(lane), layout);
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
