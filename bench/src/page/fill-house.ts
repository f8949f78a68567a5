import type { House } from '@tickwatch/test/browser';
import { until } from '@tickwatch/test/servers';
import pg from 'pg';

export function stockName(index: number): string {
  return `B${String(index).padStart(6, '0')}`;
}

export function exchangeOfStock(index: number): string {
  return index % 2 === 0 ? 'NASDAQ' : 'NYSE';
}

/** So many stocks that were traded in the last quarter of an hour and on two days before, written as rollups alone. */
export async function fillHouse(house: House, from: number, to: number): Promise<void> {
  const client = new pg.Client({ connectionString: house.databaseUrl });
  await client.connect();
  try {
    await until(async () => (await fetch(`${house.address}/readyz`)).ok, { what: 'the house' });
    const add = (width: string, times: string): Promise<unknown> =>
      client.query(
        `INSERT INTO price_rollups
         SELECT 'B' || lpad(s::text, 6, '0'), CASE WHEN s % 2 = 0 THEN 'NASDAQ' ELSE 'NYSE' END, width, date_trunc(width::text, b, 'UTC'),
                10, 1000.5, 100, 110 + s % 7, 90.25, 100 + (s % 13) * 0.25, b, b, b, b + interval '30 s', 0, 1, 2
           FROM generate_series($1::int, $2::int) AS s, ${width}, ${times}
         ON CONFLICT DO NOTHING`,
        [from, to - 1],
      );
    const days = `generate_series(0, 2) AS ago, LATERAL (SELECT now() - ago * interval '1 day' - interval '1 minute' AS b) AS moment`;
    await add('unnest(enum_range(NULL::rollup_width)) AS width', days);
    const minutes = `generate_series(date_trunc('minute', now()) - interval '15 minutes', now(), interval '1 minute') AS b`;
    await add(`(SELECT 'minute'::rollup_width AS width) AS w`, minutes);
    for (let first = from; first < to; first += 1000) {
      const names = Array.from({ length: Math.min(1000, to - first) }, (_, i) => stockName(first + i));
      await client.query('SELECT refresh_stock_totals($1)', [names]);
    }
    await client.query('VACUUM ANALYZE price_rollups, stock_totals');
  } finally {
    await client.end();
  }
}
