import pg from 'pg';
import { toStoreError } from './store-errors.ts';
import { StoreUnavailableError } from './tick-store.ts';

export interface ConnectionSettings {
  readonly connectionString: string;
  readonly applicationName: string;
  readonly statementTimeoutMs: number;
  /** True: a statement may take as long as it needs; the above is for the pauses between them. */
  readonly isUnlimited?: boolean;
  /** Default 10,000, at most the above. */
  readonly lockTimeoutMs?: number;
}

const CONNECT_TIMEOUT_MS = 5000;
const LOCK_TIMEOUT_MS = 10_000;
/** Past the server's own limit the server is taken for hung. */
const GRACE_MS = 3000;
const CLOSE_TIMEOUT_MS = 1000;

/** Settings for `pg` under which no wait is endless: connecting, locks, statements, answers, a paused client. */
export function clientConfig(settings: ConnectionSettings): pg.ClientConfig {
  return {
    connectionString: settings.connectionString,
    application_name: settings.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    ...(settings.isUnlimited === true
      ? {}
      : {
          statement_timeout: settings.statementTimeoutMs,
          query_timeout: settings.statementTimeoutMs + GRACE_MS,
        }),
    lock_timeout: Math.min(settings.lockTimeoutMs ?? LOCK_TIMEOUT_MS, settings.statementTimeoutMs),
    idle_in_transaction_session_timeout: settings.statementTimeoutMs + GRACE_MS,
  };
}

/** Opens a connection of its own. @throws StoreUnavailableError */
export async function openClient(settings: ConnectionSettings): Promise<pg.Client> {
  let client: pg.Client;
  try {
    client = new pg.Client(clientConfig(settings));
  } catch {
    throw new StoreUnavailableError('DATABASE_URL is not a PostgreSQL connection string');
  }
  // Between queries a cut connection would otherwise end the process; the next query reports it.
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    await closeClient(client);
    throw toStoreError(error);
  }
}

/**
 * Sets the limits of {@link clientConfig} by statement. A pooler forgets those that a client connects with; one in
 * transaction mode would give them to others, so only where the session is known to be the client's own.
 */
export async function setLimits(client: pg.Client, settings: ConnectionSettings): Promise<void> {
  const { statement_timeout, lock_timeout, idle_in_transaction_session_timeout } = clientConfig(settings);
  await client.query(
    `SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),
       set_config('idle_in_transaction_session_timeout', $3, false)`,
    [statement_timeout, lock_timeout, idle_in_transaction_session_timeout].map(String),
  );
}

/** Closes a connection, also one whose server does not answer any more. Never fails. */
export async function closeClient(client: pg.Client): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      socketOf(client)?.destroy();
      resolve();
    }, CLOSE_TIMEOUT_MS);
  });
  await Promise.race([client.end().catch(() => {}), late]);
  clearTimeout(timer);
}

function socketOf(client: pg.Client): { destroy(): void } | undefined {
  return 'connection' in client ? (client.connection as { stream?: { destroy(): void } }).stream : undefined;
}
