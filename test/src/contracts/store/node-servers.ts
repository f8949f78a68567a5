import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  type EpochMicros,
  exchangeOf,
  type LaneName,
  laneIndex,
  laneOfStock,
  type SequencedTick,
} from '@tickwatch/core';
import { createPostgresStore, type LaneBatch, type PostgresStore, type StoreEvent } from '@tickwatch/store';
import pg from 'pg';
import { type PostgresServer, startPostgres } from '../../servers/index.ts';

const run = promisify(execFile);

export interface NodeServers extends AsyncDisposable {
  readonly servers: readonly PostgresServer[];
  /** A fresh database on each, in order. */
  createDatabases(): Promise<readonly string[]>;
}

/** Servers of their own for several nodes. They know which rows were committed together. */
export async function startNodeServers(count: number): Promise<NodeServers> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => startPostgres({ settings: { track_commit_timestamp: 'on' } })),
  );
  return {
    servers,
    createDatabases: () => Promise.all(servers.map((server) => server.createDatabase())),
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    },
  };
}

/** Copies a database to another server, as an operator would. */
export async function copyDatabase(from: string, to: string): Promise<void> {
  await run('sh', ['-c', 'pg_dump --no-sync "$FROM" | psql -q -v ON_ERROR_STOP=1 "$TO"'], {
    env: { ...process.env, FROM: from, TO: to },
  });
}

const DISTRIBUTE = fileURLToPath(new URL('../../../../services/backend/src/distribute.ts', import.meta.url));

/** `npm run distribute`. @returns what it prints, errors too */
export async function distribute(urls: readonly string[], ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, DATABASE_NODE_URLS: urls.join(' ') };
  const ended = run(process.execPath, ['--import', 'tsx', DISTRIBUTE, ...args], { env });
  return await ended.then(
    ({ stdout }) => stdout,
    ({ code, stderr }: { code: number; stderr: string }) => `${code}: ${stderr}`,
  );
}

/** Rows of a statement, as psql would show them. */
export async function rowsOf(url: string, text: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' });
    return rows.map((row) => row.join(' '));
  } finally {
    await client.end();
  }
}

export function storeAt(
  url: string,
  options: { node?: { index: number; count: number }; events?: StoreEvent[] } = {},
): PostgresStore {
  const { node, events } = options;
  return createPostgresStore({
    connectionString: url,
    applicationName: 'nodes-test',
    ...(node && { node }),
    ...(events && { onEvent: (event) => events.push(event) }),
  });
}

/** What a flush stores of a lane: those of the ticks that are in it. */
export function batchOf(
  lane: LaneName,
  lanes: number,
  ticks: readonly SequencedTick[],
  [after, position]: readonly [after: string | undefined, position: string],
): LaneBatch {
  const own = ticks.filter(
    (tick) => tick.exchange === exchangeOf(lane) && laneOfStock(tick.stock, lanes) === laneIndex(lane),
  );
  const last = own.at(-1);
  const receivedAt = (last?.time ?? 1e15) as EpochMicros;
  return {
    position: {
      lane,
      logId: 'log',
      position,
      fingerprint: '',
      receivedAt,
      seq: last?.seq ?? 0,
      coverage: { lanes, until: receivedAt, lastTime: receivedAt, numbers: [] },
    },
    after: after === undefined ? undefined : { logId: 'log', position: after },
    ticks: own,
    rejected: [],
    coveredFrom: after === undefined ? receivedAt : undefined,
  };
}
