import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, until } from '@tickwatch/test/servers';
import { ROOT, runProgram, stopProgram } from './child.ts';
import { cpuSeconds } from './cpu-seconds.ts';

export const QUESTDB_VERSION = '9.3.4';
const CACHE = join(ROOT, 'bench/.cache');
const JAR = join(CACHE, `questdb-${QUESTDB_VERSION}.jar`);

const WARM_UP_SECONDS = 4;

export interface QuestDbResult {
  /** Rows a second until the last was to be seen by a question. */
  readonly rows: number;
  /** CPU of QuestDB, µs a row. */
  readonly cpuMicros: number;
}

/**
 * The load's ticks into QuestDB by its line protocol, as fast as it takes them, as it comes: no sync to disk.
 * @returns why not, where Java or QuestDB can't be had
 */
export async function runQuestDb(seconds: number): Promise<QuestDbResult | string> {
  const missing = await prepare();
  if (missing !== undefined) return missing;
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-questdb-'));
  const port = await freePort();
  const server = startServer(folder, port);
  try {
    const count = (table: string): Promise<number> => countRows(port, table);
    await until(() => count('long_sequence(1)'), { timeoutMs: 60_000, what: 'QuestDB' });
    await runProgram('bench/src/pipeline/line-protocol-sender.ts', [port, WARM_UP_SECONDS, 'warm_up']);
    const before = cpuSeconds(server.pid);
    const load = await runProgram<{ readonly sent: number; readonly seconds: number }>(
      'bench/src/pipeline/line-protocol-sender.ts',
      [port, seconds, 'stock_prices'],
    );
    const drainFrom = performance.now();
    await until(async () => (await count('stock_prices')) === load.sent, { timeoutMs: 60_000, what: 'all rows' });
    const took = load.seconds + (performance.now() - drainFrom) / 1000;
    return { rows: load.sent / took, cpuMicros: ((cpuSeconds(server.pid) - before) * 1e6) / load.sent };
  } finally {
    await stopProgram(server);
    await rm(folder, { recursive: true, force: true });
  }
}

async function prepare(): Promise<string | undefined> {
  const run = promisify(execFile);
  try {
    await run('java', ['-version']);
  } catch {
    return 'there is no Java here';
  }
  if (existsSync(JAR)) return undefined;
  try {
    const artifact = `-Dartifact=org.questdb:questdb:${QUESTDB_VERSION}`;
    await run('mvn', ['-q', '-B', 'dependency:copy', artifact, `-DoutputDirectory=${CACHE}`]);
    return undefined;
  } catch {
    return 'Maven could not bring it';
  }
}

function startServer(folder: string, port: number): ChildProcess {
  const env = {
    ...{ PATH: process.env.PATH, HOME: process.env.HOME, QDB_TELEMETRY_ENABLED: 'false' },
    QDB_HTTP_BIND_TO: `127.0.0.1:${port}`,
    ...{ QDB_HTTP_MIN_ENABLED: 'false', QDB_PG_ENABLED: 'false', QDB_LINE_TCP_ENABLED: 'false' },
  };
  return spawn('java', ['-p', JAR, '-m', 'io.questdb/io.questdb.ServerMain', '-d', folder], { env, stdio: 'ignore' });
}

async function countRows(port: number, table: string): Promise<number> {
  const query = encodeURIComponent(`SELECT count() FROM ${table}`);
  const answer = await fetch(`http://127.0.0.1:${port}/exec?query=${query}`);
  const { dataset } = (await answer.json()) as { readonly dataset: readonly [readonly [number]] };
  return dataset[0][0];
}
