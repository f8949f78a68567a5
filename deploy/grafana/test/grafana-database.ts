import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResourceStack } from '@tickwatch/runtime';
import { createPostgresStore, startEmbeddedPostgres } from '@tickwatch/store';
import pg from 'pg';

export interface GrafanaDatabase extends AsyncDisposable {
  /** As the owner of the tables. */
  readonly owner: pg.Client;
  /** As the role by which Grafana reads. */
  readonly reader: pg.Client;
}

/** An embedded PostgreSQL with the schema of today and the role `grafana_reader`, without a row. */
export function startGrafanaDatabase(): Promise<GrafanaDatabase> {
  return ResourceStack.open(async (opened) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'tickwatch-grafana-'));
    opened.defer(() => rm(dataDir, { recursive: true, force: true }));
    const { connectionString } = opened.use(await startEmbeddedPostgres({ dataDir }));
    const connect = async (url: string) => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      opened.defer(() => client.end());
      return client;
    };
    const owner = await connect(connectionString);
    await owner.query("CREATE ROLE grafana_reader LOGIN PASSWORD 'secret'");
    await migrate(connectionString);
    const reader = await connect(connectionString.replace(/^(\w+:\/\/)[^@/]*@/, '$1grafana_reader:secret@'));
    return { owner, reader, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
  });
}

async function migrate(connectionString: string): Promise<void> {
  await using store = createPostgresStore({ connectionString, applicationName: 'grafana-test' });
  await store.migrate();
}
