import pg from 'pg';
import type { BenchRow } from '../bench-table.ts';
import type { BackendProcess } from './backend-process.ts';
import { percentiles } from './market.ts';

const STOCKS = 20_000;

const PATHS = {
  'a page of the board': '/api/board',
  'the board by change, a page': '/api/board?sort=change_percent',
  'a page of 500 stocks': '/api/stocks?limit=500',
  'a search of symbols': '/api/udf/search?query=B0012',
} as const;

/**
 * What lists of many stocks cost, over a few days and over many: days of 20,000 stocks, written as rollups alone.
 * @param days of the longer history
 */
export async function boardCost(
  url: string,
  backend: BackendProcess,
  { days, questions }: { readonly days: number; readonly questions: number },
  say: (text: string) => void,
): Promise<readonly BenchRow[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const rows: BenchRow[] = [];
  try {
    const short = Math.max(2, Math.round(days / 20));
    await addDays(client, 0, short);
    const before = await ask(backend, questions);
    await addDays(client, short, days);
    for (const [name, path] of Object.entries(PATHS)) {
      const [few = 0, many = 0] = [before.get(path), (await ask(backend, questions)).get(path)];
      say(`${name}: ${few.toFixed(1)} ms over ${short} days, ${many.toFixed(1)} ms over ${days}`);
      rows.push({
        question: `${name}, ${STOCKS.toLocaleString('en-US')} stocks, ${days} days, p50`,
        value: many,
        unit: 'ms',
        beside: { name: `${short} days`, value: few },
        goal: { atMost: 3 },
      });
    }
  } finally {
    await client.end();
  }
  return rows;
}

async function ask(backend: BackendProcess, questions: number): Promise<ReadonlyMap<string, number>> {
  const medians = new Map<string, number>();
  for (const path of Object.values(PATHS)) {
    for (let i = 0; i < 20; i++) await backend.ask(path);
    const times: number[] = [];
    for (let i = 0; i < questions; i++) times.push(await backend.ask(path));
    medians.set(path, percentiles(times).p50);
  }
  return medians;
}

/** Days from so many days ago to others, each with a rollup a stock of every width; today has all its hours. */
async function addDays(client: pg.Client, first: number, end: number): Promise<void> {
  const columns = `10, 1000.5, 100, 110 + s % 7, 90.25, 100 + (s % 13) * 0.25, b, b, b, b + interval '30 s', 0, 1, 2`;
  for (let day = first; day < end; day++) {
    await client.query(
      `INSERT INTO price_rollups
       SELECT 'B' || lpad(s::text, 6, '0'), 'NASDAQ', width, date_trunc(width::text, b, 'UTC'), ${columns}
         FROM generate_series(1, ${STOCKS}) AS s, unnest(enum_range(NULL::rollup_width)) AS width,
              date_trunc('minute', now() - $1 * interval '1 day' - interval '1 minute') AS b
       ON CONFLICT DO NOTHING`,
      [day],
    );
  }
  await client.query(
    `INSERT INTO price_rollups
     SELECT 'B' || lpad(s::text, 6, '0'), 'NASDAQ', 'hour', b, ${columns}
       FROM generate_series(1, ${STOCKS}) AS s,
            generate_series(date_trunc('hour', now()) - interval '23 hours', now(), interval '1 hour') AS b
     ON CONFLICT DO NOTHING`,
  );
  const { rows } = await client.query<{ stock: string }>("SELECT stock_names_after('', 1000000) AS stock");
  const names = rows.map(({ stock }) => stock);
  for (let i = 0; i < names.length; i += 1000) {
    await client.query('SELECT refresh_stock_totals($1)', [names.slice(i, i + 1000)]);
  }
  await client.query('VACUUM ANALYZE price_rollups, stock_totals');
}
