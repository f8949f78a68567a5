import type { TailSource } from '@tickwatch/core';
import type { Logger } from '@tickwatch/runtime';
import { createHttpTailSource, createPostgresReader, type ReaderEvent, type TickReader } from '@tickwatch/store';
import type { BackendConfig } from './config.ts';

/** A reader with the limits of the configuration. */
export function createBackendReader(
  config: BackendConfig,
  databaseUrl: string,
  tails: readonly TailSource[],
  log: Logger,
): TickReader {
  const { queueTimeoutMs: waitMs } = config;
  return createPostgresReader({
    databaseUrl,
    limits: {
      questions: { permits: config.poolConnections, queue: config.queueRequests, waitMs },
      exports: { permits: config.exportsMax, queue: config.exportsMax, waitMs },
    },
    export: { timeoutMs: config.exportTimeoutMs, stallMs: config.exportStallMs, smallRows: 5000 },
    connectTimeoutMs: config.connectTimeoutMs,
    statementTimeoutMs: config.statementTimeoutMs,
    tails,
    tailTimeoutMs: config.subscriberTimeoutMs,
    tailRestMs: 1000,
    calendarOf: config.calendars.of,
    onEvent: (event) => logReaderEvent(log, event),
  });
}

function logReaderEvent(log: Logger, event: ReaderEvent): void {
  const { type, ...fields } = event;
  const level = type === 'tail_reachable' ? 'info' : 'warn';
  log[level]({ event: type, ...fields }, type.replaceAll('_', ' '));
}

/** The subscribers of the configuration. */
export function tailsOf({ subscriberUrls, subscriberTimeoutMs }: BackendConfig): readonly TailSource[] {
  return subscriberUrls.map((url) => createHttpTailSource(url, subscriberTimeoutMs));
}
