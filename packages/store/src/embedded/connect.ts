import { createServer } from 'node:net';
import pg from 'pg';
import type { Endpoint } from './lock-file.ts';

const DATABASE = 'stocks';

/** How a server answers: with its version, that the password is wrong, that it is full, or not (yet). */
export type Answer =
  | { readonly kind: 'serves'; readonly version: string }
  | { readonly kind: 'refuses'; readonly code: string; readonly message: string }
  | { readonly kind: 'silent' };

/**
 * Asks the server for its version and makes the database. The server is known to be this user's: to a stranger the client
 * would say the password if it asked for it.
 */
export async function connectTo(endpoint: Endpoint, password: string): Promise<Answer> {
  const connectionString = urlOf(endpoint, password, 'postgres');
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 3000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query('SELECT current_setting($1) AS version', ['server_version']);
    await client.query(`CREATE DATABASE ${DATABASE}`).catch((error: { readonly code?: string }) => {
      // 42P04: it exists; 23505: another process makes it at this very moment.
      if (error.code !== '42P04' && error.code !== '23505') throw error;
    });
    return { kind: 'serves', version: (rows[0] as { readonly version: string }).version };
  } catch (error) {
    const { code = '', message } = error as { readonly code?: string; readonly message: string };
    // Class 28: who asks is not let in. All else passes, or shows as silence.
    return code.startsWith('28') || code.startsWith('53') ? { kind: 'refuses', code, message } : { kind: 'silent' };
  } finally {
    await client.end().catch(() => {});
  }
}

/** What a client takes. */
export function urlOf({ host, port }: Endpoint, password: string, database = DATABASE): string {
  const credentials = `postgres:${encodeURIComponent(password)}`;
  if (!host.startsWith('/')) return `postgresql://${credentials}@${host}:${port}/${database}`;
  return `postgresql://${credentials}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
}

/** A socket where the system has them, else a free port. */
export async function chooseEndpoint(sockets: string): Promise<Endpoint> {
  if (process.platform === 'win32') return { host: '127.0.0.1', port: await freePort() };
  return { host: sockets, port: 5432 };
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
