import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { exchangeOf, type LedgerSource, lanesOfNode, type TailSource } from '@tickwatch/core';
import { createFeed, type InProcessBus } from '@tickwatch/feed';
import type { EmbeddedHub, LivePublisher } from '@tickwatch/live';
import {
  createMetrics,
  type HealthServer,
  type Logger,
  type Readiness,
  ResourceStack,
  startHealthServer,
} from '@tickwatch/runtime';
import type { OnStoreEvent, TickStore } from '@tickwatch/store';
import type { Registry } from 'prom-client';
import { AlertClock } from './alerts/alert-clock.ts';
import { Alerts } from './alerts/alerts.ts';
import { ClockState } from './clock-state.ts';
import type { SubscriberConfig } from './config.ts';
import { IngestEvents } from './events.ts';
import { Flusher } from './flush/flusher.ts';
import { heardUntil } from './heard-until.ts';
import { type IngestParts, ingest } from './ingest.ts';
import { feedConfig, Intake, layoutsOf } from './intake.ts';
import { Leader } from './lead/leader.ts';
import { roleOf, stateOf } from './lead/leadership.ts';
import { LaneLogs } from './log/lane-logs.ts';
import { UnreadLosses } from './log/unread-losses.ts';
import { createSubscriberMetrics, registerGauges } from './metrics.ts';
import { type OpenedLive, openLive, openStore } from './open-parts.ts';
import { privateRoutes } from './private-routes.ts';
import { Quality } from './quality/quality.ts';
import { createLedgerReport, subscriberReadiness } from './report.ts';
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
  /** Or what makes one, which tells what happens to it. */
  readonly store?: TickStore | ((onEvent: OnStoreEvent) => TickStore);
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
  const source = await createFeed(feedConfig(config, overrides.bus), (event) => {
    events.feed(event);
    losses.take(event);
  });
  const lanes = lanesOfNode(config.lanes, config.database.node);
  const logs = new LaneLogs({
    log: source.log,
    lanes: layoutsOf(config.lanes, source),
    budget: { limit: memoryBytes(config), used: 0 },
    toleranceMicros: config.futureToleranceMs * 1000,
    tailKeepMs: config.tailKeepMs,
    tailMaxTicks: Math.ceil(config.flush.maxRows / lanes.length),
    rulesOf: config.rulesOf,
    onRefused: ({ lane }, segment) => events.refused(lane, segment.count),
    onRejected: ({ lane }, { rejected }) => {
      // Another member that leads the lane tells it.
      const isFollower = roleOf(leader.state) !== 'starting' && stateOf(leader.state, lane) === 'following';
      if (!isFollower) events.rejected(exchangeOf(lane), rejected);
    },
  });
  const feed = opened.use(new Intake(source, logs, config, lanes));
  for (const lane of lanes) await logs.open(lane);
  losses.countIn(logs);
  const store = await storeOf(config, overrides, opened, (event) => events.store(event));
  const { publisher: live, hub }: OpenedLive =
    overrides.live === undefined
      ? openLive(config, opened, (event) => events.live(event))
      : { publisher: overrides.live };

  const clock = new ClockState(({ seconds, from, to }) => {
    events.clockStepped(seconds);
    // A source that keeps messages has a clock of its own.
    if (source.kind === 'pull') return;
    const detail = `set ${seconds < 0 ? 'back' : 'forward'} by ${Math.abs(seconds).toFixed(3)} s`;
    for (const lane of logs) lane.missing.add({ reason: 'clock_stepped', messages: 0, from, to, detail });
  });
  opened.defer(() => clock[Symbol.dispose]());
  const leader = new Leader(
    { store, node: config.database.node, logs, events, reader: feed.reader, heard: () => heardUntil(logs, feed) },
    lanes,
    {
      owner: `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`,
      staleAfterMs: config.staleLeaderMs,
    },
  );
  const quality = new Quality((found) => events.quality(found));
  const onCommitted = () => feed.writer?.retry();
  const alerts = new Alerts(store, events.alerts, () => feed.now());
  const flusher = new Flusher({ logs, leader, events, quality, alerts, onCommitted }, config.flush);
  const alertClock = opened.use(
    new AlertClock({
      alerts,
      store,
      logs,
      leader,
      feed,
      calendarOf: config.calendars.of,
      commitSeconds: () => flusher.commitSeconds,
      wake: () => flusher.wake('alerts'),
    }),
  );
  const parts: IngestParts = { feed, logs, live, leader, clock, flusher, losses, events, quality, alerts, alertClock };
  registerGauges(registry, parts);
  const tail = createTail(logs, feed, () => [...leader.state.lanes.keys()]);
  const report = createLedgerReport(parts);
  const readiness = () => subscriberReadiness(parts);
  const server =
    overrides.listen === false ? undefined : opened.use(await serve(config, registry, readiness, tail, report, hub));

  const stop = new AbortController();
  const running = ingest(parts, stop.signal).catch((error: unknown) => events.ingestFailed(error));
  opened.defer(async () => {
    stop.abort();
    // A database that does not answer is left while what waits for it is waited for.
    await Promise.all([running, alertClock[Symbol.asyncDispose]()]);
    events[Symbol.dispose]();
    await live.drain(1000).catch(() => {});
  });
  return {
    tail,
    ledger: { ledger: () => Promise.resolve(report()) },
    readiness,
    port: server?.port,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

async function storeOf(
  config: SubscriberConfig,
  { store, log }: SubscriberOverrides,
  opened: ResourceStack,
  onEvent: OnStoreEvent,
): Promise<TickStore> {
  if (typeof store === 'function') return store(onEvent);
  return store ?? (await openStore(config, opened, (text) => log.info({ event: 'store' }, text), onEvent));
}

function memoryBytes({ flush }: SubscriberConfig): number {
  return Math.max(flush.maxRows * FLUSHES_IN_MEMORY, MIN_TICKS_IN_MEMORY) * TICK_BYTES;
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
