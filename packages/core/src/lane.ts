/**
 * A lane, `NASDAQ/0`: a part of an exchange's ticks that is ordered, numbered, led and committed together. All ticks of
 * a stock are in one lane.
 */
export type LaneName = string;

/** How many lanes each exchange has. */
export type LaneCounts = ReadonlyMap<string, number>;

/**
 * How the stocks of an exchange are dealt over its lanes. `4`: over four, by {@link laneOfStock}. `-4`: over four by a rule of the
 * source (NATS, Kafka), so that any stock may be in any lane.
 */
export type LaneLayout = number;

/** More lanes than this no exchange has: each costs a lock and a row. */
export const MAX_LANES = 64;

const LANE = /^([A-Za-z0-9][A-Za-z0-9._-]{0,31})\/(0|[1-9]\d?)$/;

export function laneName(exchange: string, index: number): LaneName {
  return `${exchange}/${index}`;
}

export function exchangeOf(lane: LaneName): string {
  return lane.slice(0, lane.lastIndexOf('/'));
}

export function laneIndex(lane: LaneName): number {
  return Number(lane.slice(lane.lastIndexOf('/') + 1));
}

export function isLaneName(text: string): boolean {
  return LANE.test(text);
}

/** The lanes of all exchanges, in order. */
export function lanesOf(counts: LaneCounts): readonly LaneName[] {
  return [...counts].flatMap(([exchange, count]) => Array.from({ length: count }, (_, k) => laneName(exchange, k)));
}

/** Which of so many lanes a stock is in: the same everywhere and for ever. */
export function laneOfStock(stock: string, lanes: number): number {
  return lanes === 1 ? 0 : hashOfStock(stock) % lanes;
}

/** Whether ticks of a stock may be in a lane: for sure, where the layout is no rule of the source. */
export function mayBeInLane(stock: string, index: number, layout: LaneLayout): boolean {
  return layout < 0 || laneOfStock(stock, layout) === index;
}

/** 32 bits of a stock's name, whose remainder is its lane (FNV-1a of its UTF-16 code units). */
export function hashOfStock(stock: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < stock.length; i++) hash = Math.imul(hash ^ stock.charCodeAt(i), 0x01000193);
  // Mixed once more: the low bits alone, which decide among few lanes, are uneven for short names.
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  return hash >>> 0;
}

/** The Redis stream that carries a lane's messages: `ticks:NASDAQ` of one lane, `ticks:{NASDAQ/1}` of several. */
export function streamKey(lane: LaneName, lanes: number): string {
  return lanes === 1 ? `ticks:${exchangeOf(lane)}` : `ticks:{${lane}}`;
}
