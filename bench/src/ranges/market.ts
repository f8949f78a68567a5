import { ResourceStack } from '@tickwatch/runtime';
import { createPostgresStore, type PostgresStore } from '@tickwatch/store';
import { startPostgres } from '@tickwatch/test/servers';
import { type BackendProcess, startBackendProcess } from './backend-process.ts';
import { type MarketSize, makeTicks } from './make-ticks.ts';

const POSTGRES_SETTINGS = {
  shared_buffers: '2GB',
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
  wal_compression: 'on',
};

/** A PostgreSQL full of ticks, and a backend that answers from it. */
export interface Market extends AsyncDisposable {
  readonly url: string;
  readonly store: PostgresStore;
  readonly backend: BackendProcess;
}

export function openMarket(size: MarketSize, say: (text: string) => void): Promise<Market> {
  return ResourceStack.open(async (opened) => {
    const { url } = opened.use(await startPostgres({ settings: POSTGRES_SETTINGS }));
    const store = opened.use(createPostgresStore({ connectionString: url, applicationName: 'bench' }));
    await store.migrate();
    await makeTicks(url, store, size, say);
    const backend = opened.use(await startBackendProcess(url));
    return { url, store, backend, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
  });
}

/** What a question costs, in ms. */
export function percentiles(times: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}
