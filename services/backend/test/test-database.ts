import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPostgresStore, startEmbeddedPostgres } from '@tickwatch/store';
import pg from 'pg';

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  readonly client: pg.Client;
}

/** An embedded PostgreSQL in a folder of its own, its schema up to date. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-backend-'));
  const server = await startEmbeddedPostgres({ dataDir: folder });
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
      await rm(folder, { recursive: true, force: true });
    },
  };
}
