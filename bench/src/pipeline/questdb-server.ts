import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, until } from '@tickwatch/test/servers';
import { ROOT, stopProgram } from './child.ts';

export const QUESTDB_VERSION = '9.3.4';
const CACHE = join(ROOT, 'bench/.cache');
const JAR = join(CACHE, `questdb-${QUESTDB_VERSION}.jar`);

/** QuestDB as it comes, with a data folder of its own. */
export interface QuestDb extends AsyncDisposable {
  readonly port: number;
  readonly pid: number | undefined;
  /** @returns rows of a statement's answer; none for a statement that has no answer */
  query(sql: string): Promise<readonly (readonly unknown[])[]>;
}

/** @returns why not, where Java or QuestDB can't be had */
export async function startQuestDb(): Promise<QuestDb | string> {
  const missing = await prepare();
  if (missing !== undefined) return missing;
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-questdb-'));
  const port = await freePort();
  const server = startServer(folder, port);
  const dispose = async (): Promise<void> => {
    await stopProgram(server);
    await rm(folder, { recursive: true, force: true });
  };
  const query: QuestDb['query'] = (sql) => ask(port, sql);
  try {
    await until(() => query('SELECT 1'), { timeoutMs: 60_000, what: 'QuestDB' });
  } catch (error) {
    await dispose();
    throw error;
  }
  return { port, pid: server.pid, query, [Symbol.asyncDispose]: dispose };
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

async function ask(port: number, sql: string): Promise<readonly (readonly unknown[])[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/exec?query=${encodeURIComponent(sql)}`);
  const { dataset = [], error } = (await answer.json()) as {
    readonly dataset?: readonly (readonly unknown[])[];
    readonly error?: string;
  };
  if (error !== undefined) throw new Error(`QuestDB refused "${sql}": ${error}`);
  return dataset;
}
