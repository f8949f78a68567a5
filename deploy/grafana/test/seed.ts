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
  /** A rule fired, and a receiver "desk" was told, or is to be. */
  readonly fired: (at: Date, delivery: DeliverySeed) => Promise<unknown>;
}

export interface DeliverySeed {
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly delivered?: Date;
  readonly error?: string;
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
  await insert(
    'TRUNCATE gaps, coverage, ingest_positions, outliers, metrics, import_progress, sealed_days, alert_firings, alert_receivers CASCADE',
  );
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
    fired: (at, { state, attempts, delivered, error }) =>
      insert(
        `WITH firing AS (
           INSERT INTO alert_firings (id, rule_name, exchange_name, stock_name, "timestamp", recorded_at, price, text)
           VALUES (gen_random_uuid(), 'AAPL over 230', 'NASDAQ', 'AAPL', $1, $1, 230.05, 'AAPL crossed 230') RETURNING id),
         receiver AS (
           INSERT INTO alert_receivers (name, type, target) VALUES ('desk', 'webhook', 'https://desk.example')
           ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id)
         INSERT INTO alert_deliveries (firing_id, receiver_id, state, attempts, created_at, delivered_at, error, failed_at)
         SELECT firing.id, receiver.id, $2, $3, $1, $4, $5, CASE WHEN $5::text IS NOT NULL THEN $1 END FROM firing, receiver`,
        [at, state, attempts, delivered, error],
      ),
  };
}
