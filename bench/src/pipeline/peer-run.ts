import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '@tickwatch/test/servers';
import pg from 'pg';
import { ROOT, startProgram, stopProgram } from './child.ts';
import type { Servers } from './servers.ts';

/** More than the peer can take, so that it is never idle. */
const OFFERED_PER_SECOND = 2000;

/**
 * Ticks a second that a straightforward Python subscriber stores (bench/peer/subscriber.py), counted as rows over the
 * time that its batches took to gather and store.
 * @returns `undefined` where Python or its packages can't be had
 */
export async function runPeer(servers: Servers, seconds: number): Promise<number | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-peer-'));
  try {
    const python = preparePython(folder);
    if (python === undefined) return undefined;
    return await measure(servers, python, seconds);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function preparePython(folder: string): string | undefined {
  try {
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'ignore' });
    const python = join(folder, 'bin', 'python');
    const packages = ['redis', 'requests', 'psycopg2-binary'];
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], {
      stdio: 'ignore',
    });
    return python;
  } catch {
    return undefined;
  }
}

async function measure({ redis, postgres }: Servers, python: string, seconds: number): Promise<number> {
  const databaseUrl = await postgres.createDatabase();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    'CREATE TABLE stock_prices (timestamp timestamptz NOT NULL, stock_name varchar(255) NOT NULL, exchange_name varchar(255) NOT NULL, price numeric NOT NULL)',
  );
  await client.query('CREATE INDEX ON stock_prices (stock_name, timestamp DESC)');
  const livePort = await freePort();
  const live = startProgram('bench/src/pipeline/live-sink.ts', [String(livePort)]);
  if (live.stdout !== null) await once(live.stdout, 'data');
  const args = [
    'bench/peer/subscriber.py',
    String(redis.port),
    databaseUrl,
    `http://127.0.0.1:${livePort}/api/publish`,
  ];
  const peer = spawn(python, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  peer.stdout.on('data', (chunk: Buffer) => {
    output += String(chunk);
  });
  await wait(1500);
  const started = performance.now();
  const load = startProgram(
    'bench/src/pipeline/load-publisher.ts',
    [redis.port, OFFERED_PER_SECOND, seconds, 6].map(String),
  );
  load.stdout?.resume();
  await once(load, 'close');
  // The last batch that began in time is waited for.
  await wait(1000);
  const took = (performance.now() - started) / 1000;
  peer.kill('SIGKILL');
  await stopProgram(live);
  await client.end();
  const rows = output
    .trim()
    .split('\n')
    .reduce((sum, line) => sum + (line === '' ? 0 : (JSON.parse(line) as { readonly rows: number }).rows), 0);
  return rows / took;
}
