import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedPostgres } from '../src/index.ts';

export interface TestPostgres extends AsyncDisposable {
  readonly connectionString: string;
  /** Its `DATA_DIR`. */
  readonly dataDir: string;
}

/** Names a `DATA_DIR` as a first start makes it; `runWithTestFiles` sets it. */
const FILES = 'TEST_POSTGRES_FILES';

/** The embedded PostgreSQL, without a table, in a folder of its own that goes with it. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tickwatch-test-'));
  const files = process.env[FILES];
  // To copy them is a small part of the work of making them. They stay their owner's.
  if (files !== undefined) await promisify(execFile)('cp', ['-a', `${files}/.`, dataDir]);
  const server = await startEmbeddedPostgres({ dataDir });
  return {
    connectionString: server.connectionString,
    dataDir,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Makes the files of a PostgreSQL once for all processes that `work` starts. */
export async function runWithTestFiles(work: () => void): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tickwatch-test-files-'));
  try {
    await (await startEmbeddedPostgres({ dataDir }))[Symbol.asyncDispose]();
    process.env[FILES] = dataDir;
    work();
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
