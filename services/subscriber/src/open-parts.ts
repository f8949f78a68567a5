import {
  createCentrifugoPublisher,
  createEmbeddedHub,
  type EmbeddedHub,
  type LiveEvent,
  type LivePublisher,
} from '@tickwatch/live';
import { createPostgresStore, type OnStoreEvent, startEmbeddedPostgres, type TickStore } from '@tickwatch/store';
import type { SubscriberConfig } from './config.ts';

/** A store that also ends the embedded PostgreSQL where one was started for it. */
export async function openStore(
  { database, retention }: SubscriberConfig,
  onProgress: (text: string) => void,
  onEvent: OnStoreEvent,
): Promise<TickStore> {
  const { url, dataDir, statementTimeoutMs } = database;
  const options = { applicationName: 'tickwatch-subscriber', statementTimeoutMs, retention, onEvent };
  if (url !== undefined) return createPostgresStore({ connectionString: url, ...options });
  const server = await startEmbeddedPostgres({ dataDir, onProgress });
  const store = createPostgresStore({ connectionString: server.connectionString, ...options });
  const closeStore = store[Symbol.asyncDispose].bind(store);
  return Object.assign(store, {
    async [Symbol.asyncDispose]() {
      await closeStore();
      await server[Symbol.asyncDispose]();
    },
  });
}

export type OpenedLive = { readonly publisher: LivePublisher; readonly hub: EmbeddedHub | undefined };

/** Centrifugo where it is configured, else the hub of this process. */
export function openLive({ live, lanes }: SubscriberConfig, onEvent: (event: LiveEvent) => void): OpenedLive {
  const { apiUrl, apiKey, timeoutMs, allowedOrigins } = live;
  if (apiUrl !== undefined) {
    const publisher = createCentrifugoPublisher({ apiUrl, apiKey: apiKey ?? '', timeoutMs, lanes, onEvent });
    return { publisher, hub: undefined };
  }
  const hub = createEmbeddedHub({ channels: [...lanes.keys()], lanes, allowedOrigins, onEvent });
  return { publisher: hub, hub };
}
