import type { StoreNode, TailSource } from '@tickwatch/core';
import type { Logger } from '@tickwatch/runtime';
import {
  createHttpTailSource,
  createNodesReader,
  createNodeTail,
  createPostgresReader,
  type NodeReader,
  type ReaderEvent,
  type TickReader,
} from '@tickwatch/store';
import type { BackendConfig } from './config.ts';

/** A reader with the limits of the configuration. */
export function createBackendReader(
  config: BackendConfig,
  databaseUrl: string,
  tails: readonly TailSource[],
  log: Logger,
  node?: StoreNode,
): NodeReader {
  const { queueTimeoutMs: waitMs } = config;
  return createPostgresReader({
    databaseUrl,
    node,
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
    onEvent: (event) => logReaderEvent(log, event, node),
  });
}

/** All databases of the configuration, which share the lanes, read as one. Each has the limits for itself. */
export function createBackendNodesReader(config: BackendConfig, log: Logger): TickReader {
  const { databaseNodes, exportStallMs: stallMs } = config;
  const readers = databaseNodes.map(({ url, subscriberUrls }, index) => {
    const node = { index, count: databaseNodes.length };
    const tails = tailsOf({ ...config, subscriberUrls }).map((tail) => createNodeTail(tail, node));
    return createBackendReader(config, url, tails, log, node);
  });
  return createNodesReader(readers, { stallMs });
}

function logReaderEvent(log: Logger, event: ReaderEvent, node: StoreNode | undefined): void {
  const { type, ...fields } = event;
  const level = type === 'tail_reachable' ? 'info' : 'warn';
  log[level]({ event: type, ...fields, ...(node && { node: node.index }) }, type.replaceAll('_', ' '));
}

/** The subscribers of the configuration. */
export function tailsOf({
  subscriberUrls,
  subscriberTimeoutMs,
}: Pick<BackendConfig, 'subscriberUrls' | 'subscriberTimeoutMs'>): readonly TailSource[] {
  return subscriberUrls.map((url) => createHttpTailSource(url, subscriberTimeoutMs));
}
