import { formatMicros } from '@tickwatch/core';
import pg from 'pg';
import { NumberedTicks } from './numbered-ticks.ts';

/** The database as an auditor sees it: with a connection of its own for each question. */
export class Database {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  get name(): string {
    return new URL(this.url).pathname.slice(1);
  }

  async query<T extends pg.QueryResultRow>(sql: string, parameters: readonly unknown[] = []): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.url, connectionTimeoutMillis: 5000, query_timeout: 60_000 });
    client.on('error', () => {});
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
      "SELECT price::int AS n, count(*)::int AS copies FROM stock_prices WHERE stock_name ~ '^S[0-9]+$' GROUP BY 1",
    );
    return new Map(rows.map(({ n, copies }) => [n, copies]));
  }

  /** True when the tick with this number is stored, read by index. */
  async has(ticks: NumberedTicks, n: number): Promise<boolean> {
    const rows = await this.query('SELECT FROM stock_prices WHERE stock_name = $1 AND "timestamp" = $2', [
      ticks.stock(n),
      formatMicros(ticks.time(n)),
    ]);
    return rows.length > 0;
  }

  /** What contradicts itself: changed rows, rollups or counters that say other than the rows. */
  async contradictions(ticks: NumberedTicks): Promise<readonly string[]> {
    const [found] = await this.query<Record<'changed' | 'rows' | 'rolled' | 'counted', number>>(
      `SELECT (SELECT count(*)::int FROM stock_prices
                WHERE stock_name ~ '^S[0-9]+$' AND NOT (${NumberedTicks.EXACT_ROW})) AS changed,
              (SELECT count(*)::int FROM stock_prices) AS rows,
              (SELECT coalesce(sum(count), 0)::int FROM price_rollups WHERE width = 'day') AS rolled,
              (SELECT coalesce(sum(stored), 0)::int FROM ingest_positions) AS counted`,
      [formatMicros(ticks.base)],
    );
    if (found === undefined) return ['the database gave no answer'];
    return [
      ...(found.changed > 0 ? [`${found.changed} rows differ from what was published`] : []),
      ...(found.rolled !== found.rows ? [`rollups count ${found.rolled} ticks, the table has ${found.rows}`] : []),
      ...(found.counted !== found.rows ? [`positions count ${found.counted} ticks, the table has ${found.rows}`] : []),
    ];
  }
}
