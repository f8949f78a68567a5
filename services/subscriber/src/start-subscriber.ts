import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { backoffMs, type LedgerSource, type TailSource } from '@tickwatch/core';
import type { InProcessBus, TickFeed } from '@tickwatch/feed';
import type { EmbeddedHub, LivePublisher } from '@tickwatch/live';
import {
  createMetrics,
  type HealthServer,
  type Logger,
  type Readiness,
  ResourceStack,
  sleep,
  startHealthServer,
} from '@tickwatch/runtime';
import type { TickStore } from '@tickwatch/store';
import type { Registry } from 'prom-client';
import type { SubscriberConfig } from './config.ts';
import { IngestEvents } from './events.ts';
import { Flusher } from './flusher.ts';
import { type IngestParts, ingest } from './ingest.ts';
import { Lane } from './lane.ts';
import { Ledger } from './ledger.ts';
import { createLedgerReport } from './ledger-report.ts';
import { createSubscriberMetrics, registerGauges } from './metrics.ts';
import { openFeed, openLive, openStore } from './open-parts.ts';
import { Ownership } from './ownership.ts';
import { privateRoutes } from './private-routes.ts';
import { subscriberReadiness } from './readiness.ts';
import { createTail } from './tail.ts';

/** Flushes that a lane may hold in memory before newer messages are left to the log. */
const FLUSHES_IN_MEMORY = 5;
/** What comes between two commits of the log waits in memory, however small a flush is. */
const MIN_UNKEPT = 10_000;

/** What the standalone process and tests bring instead of opening it here. What is brought is not disposed of here. */
export interface SubscriberOverrides {
  readonly log: Logger;
  readonly bus?: InProcessBus;
  readonly store?: TickStore;
  readonly live?: LivePublisher;
  /** False: no HTTP port of its own. */
  readonly listen?: boolean;
  readonly registry?: Registry;
}

export interface Subscriber extends AsyncDisposable {
  readonly tail: TailSource;
  readonly ledger: LedgerSource;
  readonly readiness: () => Readiness;
  /** Of the health and private routes; `undefined` when it was told not to listen. */
  readonly port: number | undefined;
}

/**
 * Starts to ingest; resolves when it listens to the feed, also while Redis, PostgreSQL or Centrifugo are away.
 * Disposing of it stores what waits, within seven seconds, and closes everything it opened.
 */
export function startSubscriber(config: SubscriberConfig, overrides: SubscriberOverrides): Promise<Subscriber> {
  return ResourceStack.open((opened) => start(config, overrides, opened));
}

async function start(
  config: SubscriberConfig,
  overrides: SubscriberOverrides,
  opened: ResourceStack,
): Promise<Subscriber> {
  const { log } = overrides;
  const registry = overrides.registry ?? createMetrics('subscriber');
  const events = new IngestEvents(log, createSubscriberMetrics(registry));
  const feed = opened.use(await openFeed(config, overrides.bus, (event) => events.feed(event)));
  const store =
    overrides.store ??
    opened.use(
      await openStore(
        config,
        (text) => log.info({ event: 'store' }, text),
        (event) => events.store(event),
      ),
    );
  const { publisher, hub } =
    overrides.live === undefined
      ? openLive(config, (event) => events.live(event))
      : { publisher: overrides.live, hub: undefined };
  if (overrides.live === undefined) opened.use(publisher);

  const lanes = createLanes(config, feed);
  const ledger = new Ledger(config.exchanges, (exchange) => lanes.get(exchange)?.pending.waiting ?? 0);
  events.refusals(ledger);
  const owner = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const ownership = new Ownership(
    store,
    { exchanges: config.exchanges, owner, staleAfterMs: config.staleOwnerMs },
    events,
  );
  const flusher = new Flusher({ feed, lanes, ledger, ownership, events }, config.flush);
  registerGauges(registry, { ledger, feed, live: publisher, lanes });

  const tail = createTail(lanes);
  const report = createLedgerReport({ ledger, lanes, feed, live: publisher, ownership });
  const readiness = () => subscriberReadiness(feed, publisher, ownership);
  const server =
    overrides.listen === false ? undefined : opened.use(await serve(config, registry, readiness, tail, report, hub));

  const stop = new AbortController();
  const running = keepIngesting({ feed, live: publisher, lanes, ledger, flusher, ownership, events }, stop.signal);
  opened.defer(async () => {
    stop.abort();
    await running;
    await publisher.drain(1000).catch(() => {});
  });
  return {
    tail,
    ledger: { ledger: () => Promise.resolve(report()) },
    readiness,
    port: server?.port,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

/** A fault that nothing below expected is told and ingesting begins again behind what is committed. */
async function keepIngesting(parts: IngestParts, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      await ingest(parts, signal);
    } catch (error) {
      parts.events.ingestFailed(error);
      await sleep(backoffMs(attempt, { minMs: 500, maxMs: 30_000 }), signal);
    }
  }
}

function createLanes({ exchanges, flush, tailKeepMs }: SubscriberConfig, feed: TickFeed): ReadonlyMap<string, Lane> {
  const limits = { maxMessages: flush.maxRows * FLUSHES_IN_MEMORY, maxUnkept: Math.max(flush.maxRows, MIN_UNKEPT) };
  const tail = { keepMs: tailKeepMs, maxTicks: flush.maxRows };
  return new Map(exchanges.map((exchange) => [exchange, new Lane(exchange, feed, limits, tail)]));
}

async function serve(
  { host, port }: SubscriberConfig,
  registry: Registry,
  readiness: () => Readiness,
  tail: TailSource,
  report: () => string,
  hub: EmbeddedHub | undefined,
): Promise<HealthServer> {
  const routes = privateRoutes(tail, report);
  const server = await startHealthServer({ host, port, registry, readiness: async () => readiness(), routes });
  if (hub !== undefined)
    server.server.on('upgrade', (request, socket, head) => hub.handleUpgrade(request, socket, head));
  return server;
}
