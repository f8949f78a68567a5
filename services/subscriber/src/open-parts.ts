import { createTickFeed, type InProcessBus, type OnFeedEvent, type TickFeed } from '@tickwatch/feed';
import {
  createCentrifugoPublisher,
  createEmbeddedHub,
  type EmbeddedHub,
  type LiveEvent,
  type LivePublisher,
} from '@tickwatch/live';
import { ConfigError } from '@tickwatch/runtime';
import { createPostgresStore, type OnStoreEvent, startEmbeddedPostgres, type TickStore } from '@tickwatch/store';
import type { SubscriberConfig } from './config.ts';

/** Opens the feed that the settings name. @param bus what a generator of this process sends to */
export function openFeed(
  { feed, exchanges }: SubscriberConfig,
  bus: InProcessBus | undefined,
  onEvent: OnFeedEvent,
): Promise<TickFeed> {
  const { kind, redisUrl, spool, maxStreamLength } = feed;
  if (redisUrl === undefined) {
    if (bus === undefined) throw new ConfigError(['REDIS_URL is not set (only `npm start` runs without Redis)']);
    return createTickFeed({ kind: 'in-process', exchanges, bus, spool }, onEvent);
  }
  if (kind === 'stream') return createTickFeed({ kind, exchanges, redisUrl, maxStreamLength }, onEvent);
  return createTickFeed({ kind, exchanges, redisUrl, spool }, onEvent);
}

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
export function openLive({ live, exchanges }: SubscriberConfig, onEvent: (event: LiveEvent) => void): OpenedLive {
  const { apiUrl, apiKey, timeoutMs, allowedOrigins } = live;
  if (apiUrl !== undefined) {
    return {
      publisher: createCentrifugoPublisher({ apiUrl, apiKey: apiKey ?? '', timeoutMs, onEvent }),
      hub: undefined,
    };
  }
  const hub = createEmbeddedHub({ channels: exchanges, allowedOrigins, onEvent });
  return { publisher: hub, hub };
}
