import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EpochMicros } from '@tickwatch/core';
import {
  ConfigError,
  EnvReader,
  expectedFailure,
  printable,
  ResourceStack,
  settingLines,
  silentLogger,
  UsageError,
  wantsHelp,
} from '@tickwatch/runtime';
import { createPostgresStore, type PostgresStore, startEmbeddedPostgres, type TickReader } from '@tickwatch/store';
import { createBackendNodesReader, createBackendReader, tailsOf } from '../backend-reader.ts';
import { type BackendConfig, backendConfig } from '../config.ts';
import { FileError } from '../files/file-error.ts';

export interface CommandParts {
  readonly store: PostgresStore;
  readonly reader: TickReader;
}

export { UsageError };

export interface Command {
  /** What `--help` prints first. */
  readonly usage: string;
  /** Command lines that `--help` shows at the end. */
  readonly examples: readonly string[];
  /** Settings that it reads besides those that say where the database is. */
  readonly settings?: readonly string[];
  /** False: it opens databases of its own, and none of DATABASE_URL or DATA_DIR. */
  readonly usesDatabase?: boolean;
  /** True: it only reads, and takes several databases that share the lanes (DATABASE_NODE_URLS), too; it uses no `store`. */
  readonly readsNodes?: boolean;
  /** True: a database that is not there yet is made, in the folder that is used when nothing else is said. */
  readonly mayBegin?: boolean;
  /**
   * Reads the arguments before any database is opened.
   * @returns the exit code, or what is left to do with the database
   */
  prepare(): Promise<number | ((parts: CommandParts) => Promise<number>)>;
}

/**
 * Runs a command line tool on the database of the environment (DATABASE_URL, or the embedded one in DATA_DIR). Exit codes:
 * what the command says; 1 it failed; 2 it was asked in a way that it does not understand.
 */
export async function runCommand(command: Command): Promise<void> {
  endQuietly();
  if (wantsHelp()) {
    process.stdout.write(helpText(command));
    return;
  }
  try {
    const work = await command.prepare();
    process.exitCode = typeof work === 'number' ? work : await withParts(work, command);
  } catch (error) {
    if (isClosedPipe(error)) return;
    const isUsage = error instanceof UsageError || error instanceof ConfigError;
    const short = command.usage.split('\n\n')[0] ?? '';
    process.stderr.write(`${printable(failureText(error))}\n${isUsage ? `\n${short}\n\n--help tells more\n` : ''}`);
    process.exitCode = isUsage ? 2 : 1;
  }
}

/** Where the database is. */
const DATABASE_SETTINGS = ['DATABASE_URL', 'DATA_DIR'];
const NODES_SETTINGS = ['DATABASE_NODE_URLS'];

function helpText({ usage, settings = [], usesDatabase = true, readsNodes = false, examples }: Command): string {
  const own = usesDatabase ? [...DATABASE_SETTINGS, ...(readsNodes ? NODES_SETTINGS : [])] : [];
  const lines = settingLines(new Map([...own, ...settings].map((name) => [name, undefined])));
  const shown = examples.map((example) => `  ${example}\n`).join('');
  return `${usage}\n\nSettings, from the environment:\n\n${lines.join('\n')}\n\nExamples:\n${shown}`;
}

/** One sentence; for a fault of this program its stack, which whoever mends it needs. */
function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isFault = [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);
  return expectedFailure(error) ?? (isFault ? (error.stack ?? error.message) : error.message);
}

/** Whoever reads the output (head, say) may stop when it has enough. */
function endQuietly(): void {
  process.stdout.on('error', (error) => {
    if (!isClosedPipe(error)) throw error;
  });
}

function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED');
}

async function withParts(
  work: (parts: CommandParts) => Promise<number>,
  { mayBegin = false, readsNodes = false }: Command,
): Promise<number> {
  const env = new EnvReader(process.env, (path) => readFileSync(path, 'utf8'));
  const config = backendConfig(env);
  env.finish();
  if (config.databaseNodes.length > 0 && !readsNodes) throw new UsageError(ONE_DATABASE_ONLY);
  const opened = new ResourceStack();
  try {
    if (config.databaseNodes.length > 0) return await work(nodesParts(config, opened));
    const url = await databaseOf(config, opened, mayBegin);
    const store = opened.use(createPostgresStore({ connectionString: url, applicationName: 'tickwatch-command' }));
    // Migrating waits for a database that is not there; a person wants to know.
    await store.ping();
    await store.migrate();
    return await work({ store, reader: opened.use(createBackendReader(config, url, tailsOf(config), silentLogger)) });
  } finally {
    await opened[Symbol.asyncDispose]();
  }
}

const ONE_DATABASE_ONLY =
  'this command is for one database: unset DATABASE_NODE_URLS, and say DATABASE_URL of one node after the other';

function nodesParts(config: BackendConfig, opened: ResourceStack): CommandParts {
  return {
    reader: opened.use(createBackendNodesReader(config, silentLogger)),
    get store(): never {
      throw new UsageError(ONE_DATABASE_ONLY);
    },
  };
}

/**
 * Asks the database of the environment, if it is there, as it is: it is neither made nor changed.
 * @param use gets no store where there is none, and why, where one seems to be meant
 */
export async function withDatabaseIfAny<T>(
  use: (store: PostgresStore | undefined, why: string | undefined) => Promise<T>,
): Promise<T> {
  const opened = new ResourceStack();
  try {
    const found = await findDatabase(opened).catch((error: unknown) =>
      String(error instanceof Error ? error.message : error),
    );
    return typeof found === 'string' ? await use(undefined, found) : await use(found, undefined);
  } finally {
    await opened[Symbol.asyncDispose]();
  }
}

async function findDatabase(opened: ResourceStack): Promise<PostgresStore | undefined> {
  const env = new EnvReader(process.env, (path) => readFileSync(path, 'utf8'));
  const { databaseUrl, databaseNodes, dataDir } = backendConfig(env);
  env.finish();
  if (databaseNodes.length > 0) throw new UsageError(ONE_DATABASE_ONLY);
  if (databaseUrl === undefined && !isDatabase(dataDir)) return undefined;
  const url = databaseUrl ?? opened.use(await startEmbeddedPostgres({ dataDir })).connectionString;
  const store = opened.use(createPostgresStore({ connectionString: url, applicationName: 'tickwatch-command' }));
  await store.ping();
  // A database of an earlier version knows no holes: better found out now.
  const moment = 0 as EpochMicros;
  await store.closedHoles([{ exchange: '', from: moment, to: moment, stocks: undefined }], undefined);
  return store;
}

function isDatabase(dataDir: string): boolean {
  return existsSync(join(dataDir, 'postgres', 'PG_VERSION'));
}

async function databaseOf(config: BackendConfig, opened: ResourceStack, mayBegin: boolean): Promise<string> {
  const { databaseUrl, dataDir } = config;
  if (databaseUrl !== undefined) return databaseUrl;
  refuseMissing(dataDir, mayBegin);
  return opened.use(await startEmbeddedPostgres({ dataDir })).connectionString;
}

/** A mistyped folder must not become an empty database. */
function refuseMissing(dataDir: string, mayBegin: boolean): void {
  const isNamed = process.env.DATA_DIR !== undefined;
  const where = `DATA_DIR${isNamed ? '' : ' is not set, and its default,'} ${dataDir}`;
  const begin = 'npm start makes one there';
  if (!existsSync(dataDir)) {
    if (mayBegin && !isNamed) return;
    const create = mayBegin ? 'create the folder first (mkdir)' : begin;
    throw new FileError(`${where}: there is no such folder. Is it mistyped? For a new database, ${create}`);
  }
  if (!mayBegin && !isDatabase(dataDir)) {
    throw new FileError(`${where} holds no database; ${begin}, or say DATABASE_URL`);
  }
}
