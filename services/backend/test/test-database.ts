import { createPostgresStore } from '@tickwatch/store';
import { startTestPostgres } from '@tickwatch/store/test-postgres';
import pg from 'pg';

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  readonly client: pg.Client;
}

/** An embedded PostgreSQL in a folder of its own, its schema up to date. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const server = await startTestPostgres();
  const url = server.connectionString;
  await using store = createPostgresStore({
    connectionString: url,
    applicationName: 'backend-test',
    statementTimeoutMs: 60_000,
  });
  await store.migrate();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    url,
    client,
    async [Symbol.asyncDispose]() {
      await client.end();
      await server[Symbol.asyncDispose]();
    },
  };
}
