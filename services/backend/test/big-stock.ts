import assert from 'node:assert/strict';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';

/** Ticks of the stock BIG, ten a second: more than sockets hold. */
export const ROWS = 200_000;

export async function startBigDatabase(): Promise<TestDatabase> {
  const database = await startTestDatabase();
  await database.client.query(
    `INSERT INTO stock_prices SELECT '2026-09-10T00:00:00Z'::timestamptz + n * interval '100 milliseconds', 'BIG', 'NYSE', 100 + n % 100
       FROM generate_series(1, $1) n`,
    [ROWS],
  );
  return database;
}

/** Asks and doesn't read the body. */
export function open({ origin }: TestBackend, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => httpGet(`${origin}${path}`, resolve).on('error', reject));
}

/** Server processes whose statement is a COPY. */
export async function copies({ client }: TestDatabase): Promise<readonly number[]> {
  const { rows } = await client.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'COPY%' AND pid <> pg_backend_pid()",
  );
  return rows.map(({ pid }) => pid);
}

export async function eventually(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await check())) {
    assert.ok(performance.now() < deadline, what);
    await sleep(30);
  }
}
