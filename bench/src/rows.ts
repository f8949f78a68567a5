/** What grows with the number of ticks that are stored? Questions over everything, and a flush, at each size. */
import type { BenchRow, BenchTable } from './bench-table.ts';
import { BIG_STOCK } from './ranges/make-ticks.ts';
import { type Market, openMarket, percentiles } from './ranges/market.ts';
import { rollupCost } from './ranges/rollup-cost.ts';

const DAYS = 60;
const STOCKS = 30;
const QUESTIONS = 200;
const FLUSHES = 12;

export async function rowsBench(sizes: readonly number[], say: (text: string) => void): Promise<BenchTable> {
  const rows: BenchRow[] = [];
  let first: ReadonlyMap<string, number> | undefined;
  const name = (ticks: number): string => `${ticks / 1e6} M ticks`;
  for (const ticks of sizes) {
    await using market = await openMarket({ ticks, stocks: STOCKS, days: DAYS }, say);
    const costs = await costsOf(market);
    for (const [question, value] of costs) {
      const before = first?.get(question);
      const beside = before === undefined ? {} : { beside: { name: name(sizes[0] ?? 0), value: before } };
      rows.push({ question: `${name(ticks)}: ${question}`, value, unit: 'ms', ...beside });
    }
    first ??= costs;
  }
  return { title: 'Growth with rows', rows, notes: ['Medians. A quarter of the ticks belong to the stock asked for.'] };
}

async function costsOf({ backend, store, url }: Market): Promise<ReadonlyMap<string, number>> {
  const costs = new Map<string, number>();
  const questions = {
    'average over everything': `/api/average/${BIG_STOCK}`,
    'candles of an hour over everything': `/api/candles/${BIG_STOCK}?interval=1h`,
    '1000 points over everything': `/api/prices/${BIG_STOCK}?points=1000`,
    'a page of 1000 prices': `/api/prices/${BIG_STOCK}?limit=1000&order=desc`,
    'latest of all stocks': '/api/latest',
  };
  for (const [question, path] of Object.entries(questions)) {
    const times: number[] = [];
    for (let i = 0; i < QUESTIONS; i++) times.push(await backend.ask(path));
    costs.set(question, percentiles(times).p50);
  }
  const { withRollups } = await rollupCost(url, store, FLUSHES);
  costs.set('a flush of 50,000 ticks with its rollups', withRollups * 1000);
  return costs;
}
