import { type Interval, merged, without } from '../../intervals.ts';
import type { Snapshot } from '../snapshot.ts';
import { timeText } from '../sql/parameters.ts';
import { broughtForAll, type ImportSpan } from './brought-for-all.ts';
import type { KnownHole } from './coverage-facts.ts';
import { knownStocks } from './fillings.ts';

/** An import with more stocks is taken as a whole: it is counted, and its names are not compared. */
const MAX_NAMED = 500;

const IMPORTS = `
  SELECT source, unix_micros(from_time) AS "from", unix_micros(to_time) + 1 AS until, bool_or(stock_name IS NULL) AS every,
         count(stock_name) AS stocks, CASE WHEN count(*) <= ${MAX_NAMED} THEN json_agg(stock_name)::text END AS names
    FROM coverage
   WHERE source IS NOT NULL AND exchange_name = $1 AND tstzrange(from_time, to_time, '[]') && tstzrange($2, $3, '[]')
   GROUP BY source, from_time, to_time`;

/** The times of which files brought everything that an exchange was known to have. */
export async function broughtTo(
  snapshot: Snapshot,
  exchange: string,
  window: Interval,
  holes: readonly KnownHole[],
): Promise<readonly Interval[]> {
  const values = [exchange, timeText(window.from), timeText(window.until)];
  const rows = await snapshot.rows({ text: IMPORTS, values });
  if (rows.length === 0) return [];
  const stocks = await knownStocks(snapshot, exchange);
  const since = new Map(stocks.map(({ stock, since: first }) => [stock, first]));
  const times = [...since.values()].sort((a, b) => a - b);
  const imports = rows.map((row): ImportSpan => {
    const own = merged(holes.filter(({ source }) => source === row.source));
    const intervals = without({ from: Number(row.from), until: Number(row.until) }, own);
    const isEvery = `${row.every}` === 'true' || Number(row.stocks) >= countBelow(times, Number(row.until));
    if (isEvery) return { intervals, stocks: undefined };
    return { intervals, stocks: row.names == null ? [] : (JSON.parse(row.names) as string[]) };
  });
  return broughtForAll(imports, since);
}

function countBelow(sorted: readonly number[], limit: number): number {
  const count = sorted.findIndex((time) => time >= limit);
  return count < 0 ? sorted.length : count;
}
