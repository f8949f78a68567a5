import { formatMicros } from '@tickwatch/core';
import pg from 'pg';
import { NumberedTicks } from './numbered-ticks.ts';

const { IS_NUMBERED, EXACT_ROW } = NumberedTicks;

/** The database as an auditor sees it: with a connection of its own for each question. */
export class Database {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  get name(): string {
    return new URL(this.url).pathname.slice(1);
  }

  /** A connection that the caller ends. */
  async connect(): Promise<pg.Client> {
    const client = this.#client();
    await client.connect();
    return client;
  }

  async query<T extends pg.QueryResultRow>(sql: string, parameters: readonly unknown[] = []): Promise<T[]> {
    const client = this.#client();
    try {
      await client.connect();
      return (await client.query<T>(sql, [...parameters])).rows;
    } catch (error) {
      throw new Error(`the auditor could not ask: ${sql.trim().slice(0, 60)}…`, { cause: error });
    } finally {
      // A server that is gone or paused does not answer the goodbye; it is not waited for.
      void client.end().catch(() => {});
    }
  }

  /** How many rows each numbered tick has. */
  async copies(): Promise<ReadonlyMap<number, number>> {
    const rows = await this.query<{ n: number; copies: number }>(
      `SELECT price::int AS n, count(*)::int AS copies FROM stock_prices WHERE ${IS_NUMBERED} GROUP BY 1`,
    );
    return new Map(rows.map(({ n, copies }) => [n, copies]));
  }

  /** Those of these ticks that are not stored, read by index. */
  async missing(ticks: NumberedTicks, numbers: readonly number[]): Promise<readonly number[]> {
    const rows = await this.query<{ n: number }>(
      `SELECT n FROM unnest($1::int[], $2::text[], $3::timestamptz[]) AS wanted (n, stock, time)
       WHERE NOT EXISTS (SELECT FROM stock_prices WHERE stock_name = wanted.stock AND "timestamp" = wanted.time)`,
      [numbers, numbers.map((n) => ticks.stock(n)), numbers.map((n) => formatMicros(ticks.time(n)))],
    );
    return rows.map(({ n }) => n);
  }

  /** What contradicts itself: changed rows, rollups or counters that say other than the rows, numbers that go back. */
  async contradictions(ticks: NumberedTicks): Promise<readonly string[]> {
    const [found] = await this.query<Record<'changed' | 'rows' | 'rolled' | 'totalled' | 'counted' | 'back', number>>(
      `SELECT (SELECT count(*)::int FROM stock_prices WHERE ${IS_NUMBERED} AND NOT (${EXACT_ROW})) AS changed,
              (SELECT count(*)::int FROM stock_prices) AS rows,
              (SELECT coalesce(sum(count), 0)::int FROM price_rollups WHERE width = 'day') AS rolled,
              (SELECT coalesce(sum(count), 0)::int FROM stock_totals) AS totalled,
              (SELECT coalesce(sum(stored), 0)::int FROM ingest_positions) AS counted,
              (SELECT count(*)::int FROM (
                SELECT seq, lag(seq) OVER (PARTITION BY exchange_name, stock_name ORDER BY price::int) AS before
                FROM stock_prices WHERE ${IS_NUMBERED}) AS numbered WHERE seq <= before) AS back`,
      [formatMicros(ticks.base), ticks.exchanges],
    );
    if (found === undefined) return ['the database gave no answer'];
    const { changed, rows, rolled, totalled, counted, back } = found;
    return [
      ...(changed > 0 ? [`${changed} rows differ from what was published`] : []),
      ...(rolled !== rows ? [`rollups count ${rolled} ticks, the table has ${rows}`] : []),
      ...(totalled !== rows ? [`totals count ${totalled} ticks, the table has ${rows}`] : []),
      ...(counted !== rows ? [`positions count ${counted} ticks, the table has ${rows}`] : []),
      ...(back > 0 ? [`${back} rows have a seq that is not above that of the tick of their stock before them`] : []),
    ];
  }

  #client(): pg.Client {
    const client = new pg.Client({ connectionString: this.url, connectionTimeoutMillis: 5000, query_timeout: 60_000 });
    client.on('error', () => {});
    return client;
  }
}
