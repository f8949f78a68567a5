import { readFileSync } from 'node:fs';
import { ConfigError, EnvReader, ResourceStack, silentLogger } from '@tickwatch/runtime';
import { createPostgresStore, type PostgresStore, startEmbeddedPostgres, type TickReader } from '@tickwatch/store';
import { type BackendConfig, backendConfig } from '../config.ts';
import { createBackendReader, tailsOf } from '../start-backend.ts';

export interface CommandParts {
  readonly store: PostgresStore;
  readonly reader: TickReader;
}

/** What the caller asked for is not possible; its message is all that is printed. */
export class UsageError extends Error {
  readonly code = 'USAGE';
  override readonly name = 'UsageError';
}

/**
 * Runs a command line tool on the database of the environment (DATABASE_URL, or the embedded one in DATA_DIR).
 * @param work its exit code; a UsageError prints `usage` and exits 2
 */
export async function runCommand(usage: string, work: (parts: CommandParts) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await withParts(work);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isUsage = error instanceof UsageError || error instanceof ConfigError || isParseArgsError(error);
    process.stderr.write(`${message}\n${isUsage ? `\n${usage}\n` : ''}`);
    process.exitCode = isUsage ? 2 : 1;
  }
}

async function withParts(work: (parts: CommandParts) => Promise<number>): Promise<number> {
  const env = new EnvReader(process.env, (path) => readFileSync(path, 'utf8'));
  const config = backendConfig(env);
  env.finish();
  const opened = new ResourceStack();
  try {
    const url = await databaseOf(config, opened);
    const store = opened.use(createPostgresStore({ connectionString: url, applicationName: 'tickwatch-command' }));
    await store.migrate();
    return await work({ store, reader: opened.use(createBackendReader(config, url, tailsOf(config), silentLogger)) });
  } finally {
    await opened[Symbol.asyncDispose]();
  }
}

async function databaseOf({ databaseUrl, dataDir }: BackendConfig, opened: ResourceStack): Promise<string> {
  return databaseUrl ?? opened.use(await startEmbeddedPostgres({ dataDir })).connectionString;
}

function isParseArgsError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
