import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { backoffMs, type LedgerSource, lanesOf, type TailSource } from '@tickwatch/core';
import type { InProcessBus } from '@tickwatch/feed';
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
import { ClockState } from './clock-state.ts';
import type { SubscriberConfig } from './config.ts';
import { IngestEvents } from './events.ts';
import { Flusher } from './flush/flusher.ts';
import { type IngestParts, ingest } from './ingest.ts';
import { Leader } from './lead/leader.ts';
import { createLedgerReport } from './ledger-report.ts';
import { LaneLogs } from './log/lane-logs.ts';
import { UnreadLosses } from './log/unread-losses.ts';
import { createSubscriberMetrics, registerGauges } from './metrics.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { type OpenedFeed, openFeed } from './open-feed.ts';
import { openLive, openStore } from './open-parts.ts';
import { privateRoutes } from './private-routes.ts';
import { subscriberReadiness } from './readiness.ts';
import { createTail } from './tail.ts';

/** Flushes that memory holds before what is durable is left to the log. */
const FLUSHES_IN_MEMORY = 5;
/** What comes between two commits of the log waits in memory, however small a flush is. */
const MIN_TICKS_IN_MEMORY = 20_000;
/** Memory of a tick on its way, about, its message included. */
const TICK_BYTES = 350;

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
  const losses = new UnreadLosses();
  const feed = opened.use(
    await openFeed(config, overrides.bus, (event) => {
      events.feed(event);
      losses.take(event);
    }),
  );
  const logs = await openLogs(config, feed, events);
  losses.countIn(logs);
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

  const clock = new ClockState((seconds) => events.clockStepped(seconds));
  opened.defer(async () => clock[Symbol.dispose]());
  const exclusive = oneAtATime();
  const owner = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const lanes = lanesOf(config.lanes);
  const leader = new Leader(
    { store, logs, log: feed.log, events, exclusive, reading: feed },
    { lanes, owner, staleAfterMs: config.staleLeaderMs },
  );
  const flusher = new Flusher(
    { logs, log: feed.log, leading: leader, events, exclusive, onCommitted: () => feed.committed() },
    { ...config.flush, toleranceMicros: config.futureToleranceMs * 1000 },
  );
  const sources = { logs, feed, live: publisher, leader, clock };
  registerGauges(registry, sources);
  const tail = createTail(logs, () => [...leader.state.lanes.keys()]);
  const report = createLedgerReport(sources);
  const readiness = () => subscriberReadiness(sources);
  const server =
    overrides.listen === false ? undefined : opened.use(await serve(config, registry, readiness, tail, report, hub));

  const stop = new AbortController();
  const running = keepIngesting({ feed, live: publisher, logs, leader, flusher, losses, events }, stop.signal);
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

async function openLogs(
  { lanes, flush, tailKeepMs }: SubscriberConfig,
  feed: OpenedFeed,
  events: IngestEvents,
): Promise<LaneLogs> {
  const names = lanesOf(lanes);
  const ticks = Math.max(flush.maxRows * FLUSHES_IN_MEMORY, MIN_TICKS_IN_MEMORY);
  const logs = new LaneLogs({
    log: feed.log,
    budget: { limit: ticks * TICK_BYTES, used: 0 },
    tailKeepMs,
    tailMaxTicks: Math.ceil(flush.maxRows / names.length),
    onRefused: ({ lane }, segment) => events.refused(lane, segment.count),
  });
  for (const lane of names) await logs.open(lane);
  return logs;
}

/** A fault that nothing below expected is told, and ingesting begins again. */
async function keepIngesting(parts: IngestParts, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ingest(parts, signal);
    } catch (error) {
      parts.events.ingestFailed(error);
      if (signal.aborted) return;
      await sleep(backoffMs(attempt, { minMs: 500, maxMs: 30_000 }), signal);
    }
  }
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
