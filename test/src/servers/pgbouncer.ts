import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { ChildServer } from './child-server.ts';
import { freePort } from './free-port.ts';
import { asPlainUser, PLAIN_UID } from './plain-user.ts';
import { GiveUpError, until } from './until.ts';

export interface PgbouncerOptions {
  /** The database that it stands before. */
  readonly url: string;
  readonly poolMode: 'session' | 'transaction' | 'statement';
  /** More settings of pgbouncer.ini. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface PgbouncerServer extends AsyncDisposable {
  /** The database, through it. */
  readonly url: string;
  /** Says something to its own console: `SET pool_mode = 'transaction'`. */
  command(statement: string): Promise<void>;
}

/** Starts a `pgbouncer` from PATH on a free port before one database. */
export async function startPgbouncer({ url, poolMode, settings }: PgbouncerOptions): Promise<PgbouncerServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-pgbouncer-'));
  const target = new pg.Client({ connectionString: url });
  const port = await freePort();
  const config = join(folder, 'pgbouncer.ini');
  const lines = Object.entries({
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    auth_type: 'any',
    admin_users: 'operator',
    pool_mode: poolMode,
    ignore_startup_parameters: 'statement_timeout, lock_timeout, idle_in_transaction_session_timeout',
    ...settings,
  }).map(([name, value]) => `${name} = ${value}`);
  const database = `* = host=${target.host} port=${target.port} user=${target.user} password='${target.password}'`;
  await writeFile(config, ['[databases]', database, '[pgbouncer]', ...lines, ''].join('\n'), { mode: 0o600 });
  if (process.getuid?.() === 0) {
    for (const path of [folder, config]) await chown(path, PLAIN_UID, PLAIN_UID);
    await chmod(folder, 0o700);
  }
  const [command, ...args] = asPlainUser(['pgbouncer', config]);
  const child = new ChildServer({ command, args, cwd: folder, env: { PATH: `${process.env.PATH}:/usr/sbin` } });
  const urlOf = (name: string): string => `postgresql://operator:any@127.0.0.1:${port}/${name}`;
  const say = async (name: string, statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: urlOf(name), connectionTimeoutMillis: 5000 });
    client.on('error', () => {});
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  const stop = async (): Promise<void> => {
    await child.end('SIGINT');
    await rm(folder, { recursive: true, force: true });
  };
  child.launch();
  try {
    await until(
      async () => {
        if (!child.isRunning) throw new GiveUpError(`pgbouncer ended: ${child.output}`);
        await say(target.database ?? '', 'SELECT 1');
        return true;
      },
      { what: 'pgbouncer answering' },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: urlOf(target.database ?? ''),
    command: (statement) => say('pgbouncer', statement),
    [Symbol.asyncDispose]: stop,
  };
}
