import { setTimeout as sleep } from 'node:timers/promises';
import { type DecimalText, type EpochMicros, type LaneName, nowMicros, type SequencedTick } from '@tickwatch/core';
import pg from 'pg';
import {
  createPostgresStore,
  type LaneBatch,
  type Membership,
  type PostgresStore,
  type StoreEvent,
  type TickStore,
} from '../src/index.ts';
import { readMigrations } from '../src/migrate.ts';
import { startTestPostgres } from './start-test-postgres.ts';

export interface TestServer extends AsyncDisposable {
  /** A new, empty database. @returns its connection string */
  createDatabase(): Promise<string>;
}

/** The embedded PostgreSQL in a folder of its own, or the server that TEST_DATABASE_URL names (as superuser). */
export async function startTestServer(): Promise<TestServer> {
  const given = process.env.TEST_DATABASE_URL;
  const server = given === undefined ? await startTestPostgres() : undefined;
  const url = server?.connectionString ?? given ?? '';
  const created: string[] = [];
  return {
    async createDatabase() {
      const name = `store_test_${process.pid}_${created.length}`;
      await ask(url, `CREATE DATABASE ${name}`);
      created.push(name);
      return onDatabase(url, name);
    },
    async [Symbol.asyncDispose]() {
      for (const name of created) await ask(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await server?.[Symbol.asyncDispose]();
    },
  };
}

function onDatabase(url: string, name: string): string {
  return url.replace(/^(\w+:\/\/[^/]*\/)[^?]*/, `$1${name}`);
}

/** The same database for another user, or another name of the host. */
export function asUser(url: string, user: string, password: string): string {
  return url.replace(/^(\w+:\/\/)[^@/]*@/, `$1${user}:${password}@`);
}

/** Runs statements on a connection of their own, as psql would. @returns the rows of the last */
export async function ask<Row extends object>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result: pg.QueryResult | pg.QueryResult[] = await client.query(sql, values.length === 0 ? undefined : values);
    return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? [];
  } finally {
    await client.end();
  }
}

export interface TestStore extends AsyncDisposable {
  readonly store: PostgresStore;
  readonly url: string;
  readonly events: StoreEvent[];
}

/** A store on a new database whose schema is up to date. */
export async function openTestStore(server: TestServer): Promise<TestStore> {
  const url = await server.createDatabase();
  const events: StoreEvent[] = [];
  const store = createPostgresStore({
    connectionString: url,
    applicationName: 'store-test',
    onEvent: (event) => events.push(event),
  });
  await store.migrate();
  return { store, url, events, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

export const EXCHANGES = ['NASDAQ', 'NYSE'] as const;
export const LANES = ['NASDAQ/0', 'NYSE/0'] as const;

/** Joins, and takes lanes that must be free. */
export async function lead(
  store: TickStore,
  lanes: readonly LaneName[] = LANES,
  owner = 'test',
  staleAfterMs = 60_000,
): Promise<Membership> {
  const membership = await store.join({ owner, staleAfterMs });
  for (const lane of lanes) if ((await membership.take(lane)) === undefined) throw new Error(`${lane} is not free`);
  return membership;
}

/** Makes ticks with running numbers and the batches that hold them, each behind the one before. */
export class BatchMaker {
  readonly #seqs = new Map<string, number>();
  readonly #after = new Map<LaneName, LaneBatch['after']>();
  #position = 0;

  tick(stock: string, price: string, time: number = nowMicros(), exchange: string = 'NASDAQ'): SequencedTick {
    const seq = (this.#seqs.get(exchange) ?? 0) + 1;
    this.#seqs.set(exchange, seq);
    return { stock, exchange, price: price as DecimalText, time: time as EpochMicros, seq };
  }

  /** One batch an exchange, of its first lane. */
  batches(ticks: readonly SequencedTick[], rejected: LaneBatch['rejected'] = []): readonly LaneBatch[] {
    this.#position++;
    const exchanges = new Set([...ticks, ...rejected].map(({ exchange }) => exchange));
    return [...exchanges].map((exchange) => {
      const lane = `${exchange}/0`;
      const position = {
        lane,
        logId: 'log-1',
        position: `p${this.#position}`,
        fingerprint: `f${this.#position}`,
        receivedAt: nowMicros(),
        seq: this.#seqs.get(exchange) ?? 0,
      };
      const after = this.#after.get(lane);
      this.#after.set(lane, position);
      const isOfLane = (row: { readonly exchange: string }): boolean => row.exchange === exchange;
      return { position, after, ticks: ticks.filter(isOfLane), rejected: rejected.filter(isOfLane) };
    });
  }
}

/** Waits until `probe` gives something, for at most `ms`. */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined>, ms = 60_000): Promise<T> {
  for (const deadline = performance.now() + ms; performance.now() < deadline; await sleep(20)) {
    const found = await probe();
    if (found !== undefined) return found;
  }
  throw new Error(`waited ${ms} ms for ${what}`);
}

/** A repeatable source of random numbers in 0 … 1 (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Fills an empty database as a version left it whose last migration was `last`. */
export async function databaseOfBefore(url: string, last: number, data: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE TABLE schema_migrations (
    version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
  for (const { version, name, sql, checksum } of await readMigrations()) {
    if (version > last) continue;
    await client.query(sql);
    await client.query('INSERT INTO schema_migrations VALUES ($1, $2, $3)', [version, name, checksum]);
  }
  await client.query(data);
  await client.end();
}
