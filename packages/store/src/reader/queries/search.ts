import type { Snapshot } from '../snapshot.ts';
import { Parameters } from '../sql/parameters.ts';
import { compareStocks, type StockKey, stockKeyText } from '../stock-order.ts';

export interface SearchQuestion {
  /** Part of `EXCHANGE:STOCK`, in any case; empty: every stock. */
  readonly text: string;
  readonly exchange?: string | undefined;
  readonly limit: number;
}

/** Stocks whose name holds a text, those first that are it or begin with it. */
export async function askSearch(snapshot: Snapshot, question: SearchQuestion): Promise<readonly StockKey[]> {
  const { exchange, limit } = question;
  const parameters = new Parameters();
  // Without a locale the database knows the cases of ASCII only: other letters are looked for in three ways.
  const text = parameters.add(question.text, 'text');
  const ways = [question.text.toUpperCase(), question.text.toLowerCase()].map((way) => parameters.add(way, 'text'));
  const full = "exchange_name || ':' || stock_name";
  const holds = [`strpos(lower(${full}), lower(${text})) > 0`, ...ways.map((way) => `strpos(${full}, ${way}) > 0`)];
  const only = exchange === undefined ? '' : `AND exchange_name = ${parameters.add(exchange, 'text')}`;
  const rows = await snapshot.rows({
    text: `SELECT stock_name, exchange_name FROM stock_totals WHERE (${holds.join(' OR ')}) ${only}
      ORDER BY CASE WHEN lower(${text}) IN (lower(stock_name), lower(${full})) THEN 0
          WHEN starts_with(lower(stock_name), lower(${text})) THEN 1 ELSE 2 END, stock_name, exchange_name
      LIMIT ${parameters.add(limit, 'integer')}`,
    values: parameters.values,
  });
  const found = new Map<string, StockKey>();
  const add = (key: StockKey): unknown => found.set(stockKeyText(key), key);
  for (const row of rows) add({ stock: row.stock_name ?? '', exchange: row.exchange_name ?? '' });
  for (const { stock, exchange: name } of snapshot.tail) {
    const key = { stock, exchange: name };
    if ((exchange === undefined || name === exchange) && nearness(key, question.text) < MISS) add(key);
  }
  return [...found.values()]
    .toSorted((a, b) => nearness(a, question.text) - nearness(b, question.text) || compareStocks(a, b))
    .slice(0, limit);
}

const MISS = 3;

/** 0: it is what was looked for, 1: it begins so, 2: it holds it. */
export function nearness({ stock, exchange }: StockKey, text: string): number {
  const wanted = text.toUpperCase();
  const [name, full] = [stock.toUpperCase(), `${exchange}:${stock}`.toUpperCase()];
  if (name === wanted || full === wanted) return 0;
  return name.startsWith(wanted) ? 1 : full.includes(wanted) ? 2 : MISS;
}

/** Names of all exchanges that have ticks, in order. */
export async function askExchanges(snapshot: Snapshot): Promise<readonly string[]> {
  const rows = await snapshot.rows({ text: 'SELECT DISTINCT exchange_name FROM stock_totals', values: [] });
  const names = [...rows.map((row) => row.exchange_name ?? ''), ...snapshot.tail.map(({ exchange }) => exchange)];
  return [...new Set(names)].sort();
}
