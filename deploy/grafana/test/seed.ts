import type { GapReason } from '@tickwatch/core';
import type pg from 'pg';

/** What a test puts into the tables that Grafana reads. */
export interface Seed {
  readonly insert: (statement: string, values?: unknown[]) => Promise<unknown>;
  /** The exchange is listened to from then on, and stored up to `until`. */
  readonly listened: (exchange: string, from: Date, until: Date) => Promise<unknown>;
  /** A file brought everything in this span, of every stock or of one. */
  readonly imported: (exchange: string, from: Date, to: Date, stock?: string) => Promise<unknown>;
  readonly hole: (exchange: string, from: Date, to: Date, reason?: GapReason, more?: MoreOfHole) => Promise<unknown>;
}

export interface MoreOfHole {
  readonly messages?: number;
  readonly stocks?: readonly string[];
  /** Left out: when it ended. */
  readonly recorded?: Date;
}

/** Removes all rows that an earlier test put there. */
export async function emptied(owner: pg.Client): Promise<Seed> {
  const insert = (statement: string, values?: unknown[]) => owner.query(statement, values);
  await insert('TRUNCATE gaps, coverage, ingest_positions, outliers, metrics, import_progress, sealed_days CASCADE');
  return {
    insert,
    listened: (exchange, from, until) =>
      insert(
        `WITH position AS (
           INSERT INTO ingest_positions (lane, exchange_name, covered_until, last_time) VALUES ($1 || '/0', $1, $3, $3))
         INSERT INTO coverage (exchange_name, from_time) VALUES ($1, $2)`,
        [exchange, from, until],
      ),
    imported: (exchange, from, to, stock) =>
      insert(
        `WITH file AS (INSERT INTO import_progress (source) VALUES ('ticks.csv') ON CONFLICT DO NOTHING)
         INSERT INTO coverage (exchange_name, stock_name, from_time, to_time, source)
         VALUES ($1, $4, $2, $3, 'ticks.csv')`,
        [exchange, from, to, stock],
      ),
    hole: (exchange, from, to, reason = 'not_listening', { messages, stocks, recorded = to } = {}) =>
      insert(
        `INSERT INTO gaps (lane, exchange_name, from_time, to_time, reason, messages, stocks, recorded_at)
         VALUES ($1 || '/0', $1, $2, $3, $4, $5, $6, $7)`,
        [exchange, from, to, reason, messages, stocks, recorded],
      ),
  };
}
