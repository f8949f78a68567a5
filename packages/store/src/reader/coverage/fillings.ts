import { type LaneName, laneIndex, laneOfStock } from '@tickwatch/core';
import type { Snapshot } from '../snapshot.ts';
import type { RecordedGap } from './gap-rows.ts';
import { type Interval, merged, without } from './intervals.ts';

/** What files brought of the time of one hole. */
export interface Filling {
  /** Of every stock. */
  readonly common: readonly Interval[];
  /** Of single stocks, beside that. */
  readonly ofStocks: ReadonlyMap<string, readonly Interval[]>;
}

/** What is left of a hole when it is looked at for all its stocks. */
export interface Left {
  /** Filled for all of them. */
  readonly filled: readonly Interval[];
  /** Those whose ticks are all there, while others' are not. */
  readonly stocks: readonly string[];
}

const FILLINGS = `
  SELECT g.id, c.stock_name, json_agg(json_build_array(unix_micros(c.from_time), unix_micros(c.to_time) + 1)) AS spans
    FROM gaps AS g JOIN coverage AS c ON c.source IS NOT NULL AND c.source IS DISTINCT FROM g.source
     AND c.exchange_name = g.exchange_name AND tstzrange(c.from_time, c.to_time, '[]') && tstzrange(g.from_time, g.to_time, '[]')
   WHERE g.id = ANY ($1::bigint[]) AND ($2::text IS NULL OR c.stock_name IS NULL OR c.stock_name = $2)
   GROUP BY g.id, c.stock_name`;

interface FillingRow {
  readonly id: string;
  readonly stock_name: string | null;
  readonly spans: readonly (readonly [from: number, until: number])[];
}

/** What files brought since of some holes (of one stock), by their ids; holes of which they brought nothing are left out. */
export async function fillingsOf(
  snapshot: Snapshot,
  gaps: readonly RecordedGap[],
  stock: string | undefined,
): Promise<ReadonlyMap<number, Filling>> {
  const values = [gaps.map(({ id }) => id), stock ?? null];
  const rows = (await snapshot.rows({ text: FILLINGS, values })) as unknown as readonly FillingRow[];
  const found = new Map<number, { common: readonly Interval[]; ofStocks: Map<string, readonly Interval[]> }>();
  for (const { id, stock_name: name, spans } of rows) {
    const filling = found.get(Number(id)) ?? { common: [], ofStocks: new Map() };
    found.set(Number(id), filling);
    const intervals = spans.map(([from, until]) => ({ from, until }));
    if (name === null) filling.common = merged(intervals);
    else filling.ofStocks.set(name, intervals);
  }
  return found;
}

/** @param concerned the stocks whose ticks a hole may lack, as far as they are known */
export function leftFor(gap: Interval, { common, ofStocks }: Filling, concerned: readonly string[]): Left {
  if (ofStocks.size === 0) return { filled: common, stocks: [] };
  const left: Interval[] = [];
  const stocks: string[] = [];
  let isCommonOnly = concerned.length === 0;
  for (const stock of concerned) {
    const own = ofStocks.get(stock);
    const parts = own === undefined ? undefined : without(gap, merged([...common, ...own]));
    if (parts === undefined) isCommonOnly = true;
    else if (parts.length === 0) stocks.push(stock);
    else left.push(...parts);
  }
  return { filled: isCommonOnly ? common : without(gap, merged(left)), stocks };
}

/** Whether a lane has a stock. What is no lane, of a file say, has all. */
export function hasStock(lane: LaneName, lanes: number, stock: string): boolean {
  return !lane.includes('/') || laneOfStock(stock, lanes) === laneIndex(lane);
}
