import {
  createCentrifugoPublisher,
  createEmbeddedHub,
  type EmbeddedHub,
  type LiveEvent,
  type LivePublisher,
} from '@tickwatch/live';
import { clientAddress, type ResourceStack } from '@tickwatch/runtime';
import { createPostgresStore, type OnStoreEvent, startEmbeddedPostgres, type TickStore } from '@tickwatch/store';
import type { SubscriberConfig } from './config.ts';

/** The store, and the embedded PostgreSQL where no other is configured. */
export async function openStore(
  { database, retention, sealing, rejectedPerMinute }: SubscriberConfig,
  opened: ResourceStack,
  onProgress: (text: string) => void,
  onEvent: OnStoreEvent,
): Promise<TickStore> {
  const { url, node, dataDir, statementTimeoutMs } = database;
  const connectionString = url ?? opened.use(await startEmbeddedPostgres({ dataDir, onProgress })).connectionString;
  const applicationName = 'tickwatch-subscriber';
  return opened.use(
    createPostgresStore({
      connectionString,
      applicationName,
      statementTimeoutMs,
      retention,
      sealing,
      checksBlocks: true,
      rejectedPerMinute,
      node,
      onEvent,
    }),
  );
}

export interface OpenedLive {
  readonly publisher: LivePublisher;
  /** Served on this process's port. */
  readonly hub?: EmbeddedHub;
}

/** Centrifugo where it is configured, else the hub of this process. */
export function openLive(
  { live, lanes }: SubscriberConfig,
  opened: ResourceStack,
  onEvent: (event: LiveEvent) => void,
): OpenedLive {
  const { centrifugo, boardBytesPerSecond, allowedOrigins, trustProxy } = live;
  const told = { lanes, boardBytesPerSecond, onEvent };
  if (centrifugo !== undefined) {
    return { publisher: opened.use(createCentrifugoPublisher({ ...centrifugo, ...told })) };
  }
  const addressOf = clientAddress(trustProxy);
  const hub = opened.use(createEmbeddedHub({ channels: [...lanes.keys()], ...told, allowedOrigins, addressOf }));
  return { publisher: hub, hub };
}
