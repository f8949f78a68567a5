import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { ROOT, stopProgram } from '../pipeline/child.ts';

export const DUCKDB_VERSION = '2.0.1';
const FOLDER = join(ROOT, `bench/.cache/duckdb-${DUCKDB_VERSION}`);
const PYTHON = join(FOLDER, 'bin/python');

/** A process that DuckDB runs in (bench/peer/parquet_by_duckdb.py). */
export interface DuckDb extends AsyncDisposable {
  /** Packs ticks, see writeCsv, as small as DuckDB can. */
  write(
    csv: string,
    parquet: string,
  ): Promise<{ readonly bytes: number; readonly rows: number; readonly seconds: number }>;
  /** Adds up all prices (decimal text) and times (µs) of a stock. */
  scan(parquet: string, stock: string): Promise<TimedScan>;
}

export interface Packed {
  readonly bytes: number;
  readonly rows: number;
}

export interface TimedScan {
  readonly seconds: number;
  readonly count: number;
  readonly prices: string;
  readonly times: string;
}

/** @returns why not, where Python or DuckDB can't be had */
export async function startDuckDb(): Promise<DuckDb | string> {
  const missing = await prepare();
  if (missing !== undefined) return missing;
  const child = spawn(PYTHON, ['bench/peer/parquet_by_duckdb.py'], { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async <T>(command: object): Promise<T> => {
    child.stdin.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new Error('DuckDB ended; what it says is above');
    return JSON.parse(value) as T;
  };
  return {
    write: (csv, parquet) => ask({ do: 'write', csv, parquet }),
    scan: (parquet, stock) => ask({ do: 'scan', parquet, stock }),
    [Symbol.asyncDispose]: () => stopProgram(child as ChildProcess),
  };
}

async function prepare(): Promise<string | undefined> {
  const run = promisify(execFile);
  if (existsSync(join(FOLDER, 'ready'))) return undefined;
  try {
    await run('python3', ['-m', 'venv', FOLDER]);
  } catch {
    return 'there is no Python here';
  }
  try {
    await run(PYTHON, ['-m', 'pip', 'install', '--quiet', `duckdb==${DUCKDB_VERSION}`]);
    await writeFile(join(FOLDER, 'ready'), '');
    return undefined;
  } catch {
    return 'pip could not bring it';
  }
}
