import { type PostgresServer, type RedisServer, startPostgres, startRedis } from '@tickwatch/test/servers';

/** The settings of the stack's PostgreSQL that matter to writing, at the size of a bench. */
export const POSTGRES_SETTINGS = {
  shared_buffers: '512MB',
  wal_buffers: '64MB',
  max_wal_size: '2GB',
  min_wal_size: '1GB',
  checkpoint_timeout: '10min',
  wal_compression: 'on',
};

export interface Servers extends AsyncDisposable {
  readonly redis: RedisServer;
  readonly postgres: PostgresServer;
}

/** A fresh Redis and PostgreSQL, set up as the stack does. */
export async function startServers(): Promise<Servers> {
  const redis = await startRedis({ settings: { 'client-output-buffer-limit': ['pubsub', '512mb', '256mb', '60'] } });
  const postgres = await startPostgres({ settings: POSTGRES_SETTINGS });
  return {
    redis,
    postgres,
    async [Symbol.asyncDispose]() {
      await redis[Symbol.asyncDispose]();
      await postgres[Symbol.asyncDispose]();
    },
  };
}
