import type { EpochMicros } from '@tickwatch/core';
import pg from 'pg';
import { translateReadError } from './read-errors.ts';
import { type Statement, timed } from './statement.ts';

export interface ReadPoolOptions {
  readonly connectionString: string;
  readonly connections: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** A connection of the pool broke while nobody used it. */
  readonly onIdleError: (error: Error) => void;
}

/** Past the server's own limit the server is taken for hung. */
const GRACE_MS = 3000;

/** A connection, and how long an answer on it may take before the server is taken for hung. */
export interface ReadConnection {
  readonly client: pg.PoolClient;
  readonly answerTimeoutMs: number;
}

/** A column that is no text is given as text too, except JSON. */
export type Row = Readonly<Record<string, string | null>>;

/** @returns the rows of each command in the statement */
export async function ask(
  { client, answerTimeoutMs }: ReadConnection,
  statement: Statement,
): Promise<readonly (readonly Row[])[]> {
  try {
    // Several commands in one text have a list of results, which the types of `pg` don't know.
    const results: pg.QueryResult<Row> | pg.QueryResult<Row>[] = await client.query<Row>(
      timed(statement, answerTimeoutMs),
    );
    return [results].flat().map(({ rows }) => rows);
  } catch (error) {
    throw translateReadError(error);
  }
}

/** Connections that only read. */
export class ReadPool implements AsyncDisposable {
  readonly #pool: pg.Pool;
  readonly #answerTimeoutMs: number;

  constructor(options: ReadPoolOptions) {
    this.#answerTimeoutMs = options.statementTimeoutMs + GRACE_MS;
    this.#pool = new pg.Pool({
      connectionString: options.connectionString,
      max: options.connections,
      connectionTimeoutMillis: options.connectTimeoutMs,
      idleTimeoutMillis: 30_000,
      application_name: 'tickwatch-backend',
      keepAlive: true,
      onConnect: (client) => prepare(client, options),
    });
    this.#pool.on('error', options.onIdleError);
  }

  /** @throws StoreUnavailableError */
  async connect(): Promise<ReadConnection> {
    try {
      const client = await this.#pool.connect();
      // A connection that breaks between two statements must not end the process; the next statement fails anyway.
      if (client.listenerCount('error') === 0) client.on('error', () => {});
      return { client, answerTimeoutMs: this.#answerTimeoutMs };
    } catch (error) {
      throw translateReadError(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end();
  }
}

async function prepare(client: pg.ClientBase, limits: ReadPoolOptions): Promise<void> {
  const { statementTimeoutMs, connectTimeoutMs } = limits;
  const tell = (text: string): Promise<unknown> => client.query(timed({ text, values: [] }, connectTimeoutMs));
  // A plan that fits any range reads every partition: prepared statements get a plan for their values each time.
  const settings = {
    jit: 'off',
    timezone: 'UTC',
    work_mem: '16MB',
    plan_cache_mode: 'force_custom_plan',
    default_transaction_read_only: 'on',
    statement_timeout: Math.trunc(statementTimeoutMs),
  };
  const commands = Object.entries(settings).map(([name, value]) => `SET ${name} = '${value}'`);
  await tell(commands.join('; '));
  // Lets the server notice that we hung up in the middle of a statement; not every platform can.
  await tell('SET client_connection_check_interval = 250').catch(() => {});
}

/** SQL: a timestamptz as whole microseconds since the epoch. */
export function toMicros(expression: string): string {
  return `(extract(epoch FROM ${expression}) * 1000000)::bigint`;
}

/** A bigint column of {@link toMicros}, which `pg` gives as text. */
export function readMicros(text: string): EpochMicros {
  return Number(text) as EpochMicros;
}
