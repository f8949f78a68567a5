import { makeFolder } from '@tickwatch/folders';
import { createCentrifugoReplays, type ReplayChannels } from '@tickwatch/live';
import { createMetrics, type Logger, openOperations, ResourceStack } from '@tickwatch/runtime';
import { createPostgresStore, startEmbeddedPostgres, type TickReader } from '@tickwatch/store';
import type { Operator } from './admin/operator.ts';
import { createBackend } from './backend.ts';
import { createBackendNodesReader, createBackendReader, tailsOf } from './backend-reader.ts';
import type { BackendConfig } from './config.ts';
import { createHttpLedgerSource } from './ledger-source.ts';
import { backendReadiness } from './readiness.ts';

export interface RunningBackend extends AsyncDisposable {
  readonly port: number;
  readonly reader: TickReader;
}

/**
 * Starts the REST API as a service of its own. Resolves when it listens, also while PostgreSQL is away: questions are
 * then answered 503.
 */
export function startBackend(config: BackendConfig, log: Logger): Promise<RunningBackend> {
  return ResourceStack.open(async (opened) => {
    await makeFolder(config.filesDir, 'FILES_DIR');
    const { reader, writeUrl } = await openReader(config, log, opened);
    const { subscriberUrls, subscriberTimeoutMs } = config;
    const health = { registry: createMetrics('backend'), readiness: () => backendReadiness(reader) };
    opened.use(await openOperations(config.operations, log, health));
    const backend = opened.use(
      await createBackend(config, {
        reader,
        log,
        ...health,
        operator: openOperator(config.adminDatabaseUrl ?? writeUrl, opened),
        replays: openReplays(config, opened),
        ledger:
          subscriberUrls.length === 0 ? undefined : createHttpLedgerSource(subscriberUrls, 4 * subscriberTimeoutMs),
      }),
    );
    const port = await backend.listen(config.host, config.port);
    log.info({ event: 'ready', host: config.host, port }, `the API is at http://${config.host}:${port}/api/docs`);
    return { port, reader, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
  });
}

interface OpenReader {
  readonly reader: TickReader;
  /** `undefined`: nothing can be changed. */
  readonly writeUrl: string | undefined;
}

async function openReader(config: BackendConfig, log: Logger, opened: ResourceStack): Promise<OpenReader> {
  // Their subscribers bring the schemas up to date, and nothing is changed in several databases at once.
  if (config.databaseNodes.length > 0)
    return { reader: opened.use(createBackendNodesReader(config, log)), writeUrl: undefined };
  const { readUrl, writeUrl } = await openDatabase(config, log, opened);
  return { reader: opened.use(createBackendReader(config, readUrl, tailsOf(config), log)), writeUrl };
}

/** Connects when an administrator asks for something. `undefined`: there is nothing to write to. */
function openOperator(connectionString: string | undefined, opened: ResourceStack): Operator | undefined {
  if (connectionString === undefined) return undefined;
  return opened.use(createPostgresStore({ connectionString, applicationName: 'tickwatch-admin' }));
}

/** The channels of replays on Centrifugo; `undefined`: there is none. */
export function openReplays({ centrifugo }: BackendConfig, opened: ResourceStack): ReplayChannels | undefined {
  return centrifugo === undefined ? undefined : opened.use(createCentrifugoReplays(centrifugo));
}

interface Database {
  readonly readUrl: string;
  /** `undefined`: only a replica is known. */
  readonly writeUrl: string | undefined;
}

/** The database to read from; brings its schema up to date in the background, as every service does. */
async function openDatabase(config: BackendConfig, log: Logger, opened: ResourceStack): Promise<Database> {
  const { databaseUrl, dataDir, statementTimeoutMs } = config;
  const onProgress = (text: string): void => log.info({ event: 'embedded_postgres' }, text);
  const connectionString =
    databaseUrl ??
    config.databaseReadUrl ??
    opened.use(await startEmbeddedPostgres({ dataDir, onProgress })).connectionString;
  const isWritable = databaseUrl !== undefined || config.databaseReadUrl === undefined;
  if (isWritable) {
    const store = opened.use(
      createPostgresStore({ connectionString, applicationName: 'tickwatch-backend', statementTimeoutMs }),
    );
    const stop = new AbortController();
    const migrated = store.migrate(stop.signal).catch((error: unknown) => {
      if (stop.signal.aborted) return;
      log.warn({ event: 'not_migrated', error: String(error) }, 'the schema is left to another service');
    });
    opened.defer(async () => {
      stop.abort();
      await migrated;
    });
  }
  const readUrl = config.databaseReadUrl ?? connectionString;
  return { readUrl, writeUrl: isWritable ? connectionString : undefined };
}
