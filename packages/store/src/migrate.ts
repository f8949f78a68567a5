import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StoreUnavailableError } from './tick-store.ts';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

const FOLDER = new URL('./migrations/', import.meta.url);
const FILE = /^(\d{4})_([a-z0-9_]+)\.sql$/;
const LOCK = "hashtext('tickwatch migrations')";
const LOCK_WAIT_MS = 60_000;
const LOCK_POLL_MS = 100;
const OLDEST_SERVER = 150_000;

/** The numbered files of `migrations/`, in order. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const files = (await readdir(FOLDER)).sort();
  const migrations = await Promise.all(
    files.map(async (file) => {
      const [, number, name] = FILE.exec(file) ?? [];
      if (number === undefined || name === undefined)
        throw new Error(`${file} is not named like 0001_what_it_does.sql`);
      const sql = await readFile(new URL(file, FOLDER), 'utf8');
      return { version: Number(number), name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
  const twice = migrations.find(({ version }, i) => version === migrations[i - 1]?.version);
  if (twice !== undefined) throw new Error(`there are two migrations ${twice.version}, one of them ${twice.name}`);
  return migrations;
}

/**
 * Brings the schema up to date: each migration in a transaction of its own, under an advisory lock, so that services
 * which start at once don't collide. A database that is up to date is only read, so a reader's rights suffice then.
 * @returns the names of what was applied now
 */
export async function runMigrations(client: pg.Client): Promise<readonly string[]> {
  await checkServerVersion(client);
  const migrations = await readMigrations();
  if ((await pending(client, migrations)).length === 0) {
    await grantIfOwner(client);
    return [];
  }
  await lock(client);
  try {
    await client.query(`CREATE TABLE IF NOT EXISTS public.schema_migrations (
      version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
    const applied: string[] = [];
    for (const migration of await pending(client, migrations)) {
      await apply(client, migration);
      applied.push(migration.name);
    }
    await client.query('SELECT public.grant_to_roles()');
    return applied;
  } finally {
    await client.query(`SELECT pg_advisory_unlock(${LOCK})`);
  }
}

/** How many migrations a database lacks. */
export async function unappliedMigrations(client: pg.Client): Promise<number> {
  return (await pending(client, await readMigrations())).length;
}

async function checkServerVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: number; name: string }>(
    "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name",
  );
  const server = rows[0];
  if (server !== undefined && server.number < OLDEST_SERVER) {
    throw new Error(`PostgreSQL 15 or newer is needed; this server is ${server.name}`);
  }
}

async function lock(client: pg.Client): Promise<void> {
  const deadline = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>(`SELECT pg_try_advisory_lock(${LOCK}) AS locked`);
    if (rows[0]?.locked === true) return;
    if (performance.now() > deadline)
      throw new StoreUnavailableError('another process has been migrating for a minute');
    await sleep(LOCK_POLL_MS);
  }
}

async function pending(client: pg.Client, migrations: readonly Migration[]): Promise<readonly Migration[]> {
  const applied = new Map<number, string>();
  try {
    const { rows } = await client.query<{ version: number; checksum: string }>(
      'SELECT version, checksum FROM public.schema_migrations',
    );
    for (const row of rows) applied.set(row.version, row.checksum);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === '42P01')) throw error;
  }
  return migrations.filter((migration) => {
    const checksum = applied.get(migration.version);
    if (checksum !== undefined && checksum !== migration.checksum) {
      throw new Error(`migration ${migration.version} (${migration.name}) was changed after it had been applied`);
    }
    return checksum === undefined;
  });
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('BEGIN; SET LOCAL search_path = public, pg_temp');
  try {
    await client.query(migration.sql);
    await client.query('INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)', [
      migration.version,
      migration.name,
      migration.checksum,
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

async function grantIfOwner(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ owner: boolean }>(
    "SELECT pg_has_role(relowner, 'USAGE') AS owner FROM pg_class WHERE oid = 'public.stock_prices'::regclass",
  );
  if (rows[0]?.owner !== true) return;
  await lock(client);
  try {
    await client.query('SELECT public.grant_to_roles()');
  } finally {
    await client.query(`SELECT pg_advisory_unlock(${LOCK})`);
  }
}
