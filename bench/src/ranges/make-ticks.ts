import type { PostgresStore } from '@tickwatch/store';
import pg from 'pg';

export interface MarketSize {
  readonly ticks: number;
  readonly stocks: number;
  readonly days: number;
}

/** The stock that a quarter of all ticks belong to; the others share the rest. */
export const BIG_STOCK = 'S00';
export const FIRST_DAY = '2026-06-01';

/**
 * Fills a database with ticks in the order of time, stocks interleaved as a feed has them, then computes the rollups.
 * Rollups are left out while writing (triggers off), because here only reading is measured.
 */
export async function makeTicks(
  databaseUrl: string,
  store: PostgresStore,
  { ticks, stocks, days }: MarketSize,
  say: (text: string) => void,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const perDay = Math.ceil(ticks / days);
  for (let day = 0; day < days; day++) {
    await client.query(`SELECT create_day_partition($1::date + $2::int)`, [FIRST_DAY, day]);
    await client.query('BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL synchronous_commit = off');
    await client.query(
      `INSERT INTO day_prices
       SELECT ($1::date + $2::int)::timestamp AT TIME ZONE 'UTC' + n * (interval '1 day' / $3::int),
              'S' || lpad((CASE WHEN n % 4 = 0 THEN 0 ELSE 1 + n * 7919::bigint % ($4::int - 1) END)::text, 2, '0'),
              'NASDAQ', round((200 + 50 * sin(n / 20000.0) + random())::numeric, 2), n
         FROM generate_series(0, $3::int - 1) n`,
      [FIRST_DAY, day, perDay, stocks],
    );
    await client.query('COMMIT');
    const name = new Date(Date.parse(FIRST_DAY) + day * 86_400_000).toISOString().slice(0, 10);
    await store.rebuildRollups(name);
    if (day % 10 === 9) say(`${((day + 1) * perDay).toLocaleString('en-US')} ticks made`);
  }
  await client.query('VACUUM ANALYZE');
  await client.end();
}
