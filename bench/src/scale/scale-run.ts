import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResourceStack } from '@tickwatch/runtime';
import { fairSpread, type LogEngine, SubscriberProcess } from '@tickwatch/test/scale';
import { type PostgresServer, until } from '@tickwatch/test/servers';
import pg from 'pg';
import { cpuSeconds } from '../pipeline/cpu-seconds.ts';
import { type Connections, connectionsOf } from './connections.ts';
import { type LiveCounter, startLiveCounter } from './live-counter.ts';
import { publishTicks } from './tick-load.ts';

export const FLUSH_SECONDS = 5;

export interface ScalePoint {
  readonly lanes: number;
  /** Subscribers that share them. */
  readonly processes: number;
  /** Ticks a second. */
  readonly rate: number;
  readonly stocks: number;
}

export interface ScaleTimes {
  readonly seconds: number;
  /** V8 compiles what runs often: so long the load runs before it is measured. */
  readonly warmUpSeconds: number;
}

/** Of the load, until all of it was stored. */
export interface ScaleResult {
  readonly ticks: number;
  readonly seconds: number;
  /** CPU seconds, of all subscribers together. */
  readonly subscribers: number;
  readonly postgres: number;
  /** Of the engine's servers. */
  readonly engine: number;
  readonly liveBytes: number;
  readonly liveRequests: number;
  /** Of rows and their index, and of the write-ahead log. */
  readonly diskBytes: number;
  readonly walBytes: number;
  /** Of one subscriber, while it works. */
  readonly connections: Connections;
}

let runs = 0;

/** Subscribers on a database and an exchange of their own, on an engine that runs. @throws Error a tick was lost */
export function runScale(
  engine: LogEngine,
  postgres: PostgresServer,
  { lanes, processes, rate, stocks }: ScalePoint,
  { seconds, warmUpSeconds }: ScaleTimes,
): Promise<ScaleResult> {
  return closing(async (opened) => {
    const exchange = `BENCH${++runs}`;
    const live = opened.use(await startLiveCounter());
    const folder = await mkdtemp(join(tmpdir(), 'tickwatch-bench-'));
    opened.defer(() => rm(folder, { recursive: true, force: true }));
    const env = {
      ...{ DATABASE_URL: await postgres.createDatabase(), EXCHANGES: exchange, LANES: String(lanes) },
      ...{ ...engine.env, ...live.env, FLUSH_INTERVAL_MS: String(FLUSH_SECONDS * 1000) },
    };
    await engine.prepare([exchange], lanes);
    const publisher = opened.use(await engine.publisher());
    const subscribers = Array.from({ length: processes }, (_, i) =>
      opened.use(new SubscriberProcess(String(i), { ...env, DATA_DIR: join(folder, String(i)) })),
    );
    await Promise.all(subscribers.map((one) => one.listens()));
    await fairSpread({ subscribers }, lanes);
    const load = { exchange, rate, stocks };
    const warm = await publishTicks(publisher, { ...load, seconds: warmUpSeconds });
    await untilStored(subscribers, warm);
    const pids = subscribers.map(({ pid = 0 }) => pid);
    const url = env.DATABASE_URL;
    const before = { ...usage(pids, postgres, live), ...(await written(url)) };
    const ticks = await publishTicks(publisher, { ...load, seconds });
    const connections = connectionsOf(pids[0] ?? 0, { postgres: postgres.port, live: live.port });
    await untilStored(subscribers, warm + ticks);
    const after = { ...usage(pids, postgres, live), ...(await written(url)) };
    return { ticks, connections, ...difference(before, after) };
  });
}

async function untilStored(subscribers: readonly SubscriberProcess[], ticks: number): Promise<void> {
  await until(
    async () => {
      const totals = (await Promise.all(subscribers.map((one) => one.ledger()))).map(({ total }) => total);
      return totals.reduce((sum, { stored }) => sum + stored, 0) === ticks && totals.every((one) => one.waiting === 0);
    },
    { timeoutMs: 120_000, everyMs: 200, what: `${ticks} ticks being stored` },
  );
}

type Usage = Omit<ScaleResult, 'ticks' | 'connections'>;
type Written = Pick<ScaleResult, 'diskBytes' | 'walBytes'>;

async function written(databaseUrl: string): Promise<Written> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Written>(
      `SELECT sum(pg_total_relation_size(inhrelid))::float8 AS "diskBytes",
              (pg_current_wal_lsn() - '0/0'::pg_lsn)::float8 AS "walBytes"
         FROM pg_inherits WHERE inhparent = 'day_prices'::regclass`,
    );
    return rows[0] as Written;
  } finally {
    await client.end();
  }
}

function usage(pids: readonly number[], postgres: PostgresServer, live: LiveCounter): Omit<Usage, keyof Written> {
  const sum = (all: readonly number[]): number => all.reduce((total, pid) => total + cpuSeconds(pid), 0);
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').split(' ').filter(Boolean);
  const servers = children.map(Number).filter((pid) => pid !== postgres.pid && !pids.includes(pid));
  return {
    seconds: performance.now() / 1000,
    subscribers: sum(pids),
    postgres: cpuSeconds(postgres.pid),
    engine: sum(servers),
    liveBytes: live.bytes,
    liveRequests: live.requests,
  };
}

function difference(before: Usage, after: Usage): Usage {
  const names = Object.keys(before) as (keyof Usage)[];
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as unknown as Usage;
}

async function closing<T>(use: (opened: ResourceStack) => Promise<T>): Promise<T> {
  await using opened = new ResourceStack();
  return await use(opened);
}
