import type { IncomingMessage, ServerResponse } from 'node:http';
import { backendReadiness, createBackend, createBackendReader, openReplays } from '@tickwatch/backend';
import { buildClient, clientHandler } from '@tickwatch/client';
import { createTickSink, InProcessBus } from '@tickwatch/feed';
import { startGenerator } from '@tickwatch/generator';
import { createEmbeddedHub, type EmbeddedHub } from '@tickwatch/live';
import { type Notifier, startNotifier } from '@tickwatch/notifier';
import {
  clientAddress,
  createLogger,
  createMetrics,
  type Logger,
  openOperations,
  type Readiness,
  ResourceStack,
} from '@tickwatch/runtime';
import { createPostgresStore, type OnStoreEvent, type PostgresStore, startEmbeddedPostgres } from '@tickwatch/store';
import { startSubscriber } from '@tickwatch/subscriber';
import { openAdmin } from './admin/open-admin.ts';
import type { StandaloneConfig } from './config.ts';
import { isDatabaseThere } from './database-there.ts';
import { addressOf, type FrontDoor } from './front-door.ts';
import { MetricsTap } from './metrics-tap.ts';
import { Parts } from './parts.ts';
import { proxyUpgrade, type UpgradeHandler } from './proxy-upgrade.ts';
import { statusSource } from './status-source.ts';
import { takeFolders } from './take-folders.ts';
import type { Terminal } from './terminal/terminal.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** What is there before anything is started. */
export interface Surroundings {
  /** Taken and open already; closed with the rest. */
  readonly door: FrontDoor;
  readonly terminal: Terminal;
  /** Aborts when the process is asked to stop before it is up. */
  readonly signal: AbortSignal;
}

export interface Standalone extends AsyncDisposable {
  readonly port: number;
  readonly address: string;
}

/** The whole system in this process, on embedded parts where no server is configured. Resolves when it serves. */
export function startStandalone(config: StandaloneConfig, surroundings: Surroundings): Promise<Standalone> {
  return ResourceStack.open((opened) => start(config, surroundings, opened));
}

async function start(
  config: StandaloneConfig,
  { door, terminal, signal }: Surroundings,
  opened: ResourceStack,
): Promise<Standalone> {
  opened.use(door);
  opened.use(await takeFolders(config));
  const tap = new MetricsTap((line) => terminal.write(line));
  const log = (service: string): Logger => createLogger(service, tap);
  const parts = new Parts(log('tickwatch'), signal);
  const address = addressOf(config.host, door.port);
  parts.up('tickwatch', 'loaded');
  // The client is built, where it has to be, by a process of its own while the database starts.
  const abandon = new AbortController();
  const building = prepareClient(parts, abandon.signal);
  building.catch(() => {});
  opened.defer(async () => {
    abandon.abort();
    await building.catch(() => {});
  });
  const databaseUrl = await openDatabase(config, parts, opened);
  let onStoreEvent: OnStoreEvent = () => {};
  const store = openStore(config, databaseUrl, tap, opened, (event) => onStoreEvent(event));
  const registry = createMetrics('tickwatch');
  const bus = config.subscriber.feed.server === undefined ? new InProcessBus() : undefined;
  const live = openLive(config, parts, opened);
  let notifier: Notifier | undefined;
  // After the subscriber: ticks are stored first, and no receiver that hangs keeps them waiting.
  opened.defer(async () => notifier?.[Symbol.asyncDispose]());
  const subscriber = opened.use(
    await startSubscriber(config.subscriber, {
      log: log('subscriber'),
      store: (onEvent) => {
        onStoreEvent = onEvent;
        return store;
      },
      listen: false,
      registry,
      ...(bus === undefined ? {} : { bus }),
      ...(live.hub === undefined ? {} : { live: live.hub }),
    }),
  );
  parts.up('subscriber', `${[...config.subscriber.lanes.keys()].join(', ')} from ${feedName(config)}`);
  await startPrices(config, parts, log('generator'), bus, opened);
  const reader = opened.use(createBackendReader(config.backend, databaseUrl, [subscriber.tail], log('backend')));
  const admin = await openAdmin(config.backend.adminToken, config.backend.dataDir);
  const readiness = async (): Promise<Readiness> => ({
    ...(await backendReadiness(reader)),
    ...prefixed('subscriber', subscriber.readiness()),
    ...prefixed('notifier', notifier?.readiness() ?? {}),
  });
  opened.use(await openOperations(config.backend.operations, log('backend'), { registry, readiness }));
  const backend = opened.use(
    await createBackend(
      { ...config.backend, adminToken: admin.token },
      {
        reader,
        operator: store,
        replays: live.hub?.replays ?? openReplays(config.backend, opened),
        log: log('backend'),
        registry,
        ledger: subscriber.ledger,
        readiness,
        fallback: await building,
      },
    ),
  );
  const isUsable = async (): Promise<boolean> => (await backendReadiness(reader)).database?.ok === true;
  const isThere = await isDatabaseThere(() => store.ping(), isUsable);
  signal.throwIfAborted();
  // Not before its tables are there.
  notifier = await startNotifier(config.notifier, {
    ...{ log: log('notifier'), databaseUrl, listen: false, registry },
    ...(live.hub === undefined ? {} : { live: live.hub.alerts }),
  });
  door.handOver({
    onRequest: backend.handle,
    onUpgrade: live.onUpgrade,
    // What is no HTTP is answered as the API answers it.
    onClientError: (error, socket) => backend.server.emit('clientError', error, socket),
  });
  opened.defer(() => door.close());
  parts.up('backend', `${address}/api/docs`);
  admin.tell(address, (name, text) => terminal.say(name, text), log('tickwatch'));
  parts.ready(address, isThere);
  terminal.showStatus(statusSource({ subscriber, viewers: live.viewers, address }));
  return { port: door.port, address, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

/** What the log measures goes to its metrics. */
function openStore(
  { subscriber }: StandaloneConfig,
  connectionString: string,
  tap: MetricsTap,
  opened: ResourceStack,
  onEvent: OnStoreEvent,
): PostgresStore {
  const { database, retention, sealing, rejectedPerMinute } = subscriber;
  const store = opened.use(
    createPostgresStore({
      connectionString,
      applicationName: 'tickwatch',
      statementTimeoutMs: database.statementTimeoutMs,
      retention,
      sealing,
      checksBlocks: true,
      rejectedPerMinute,
      onEvent,
    }),
  );
  opened.use(tap).writeTo(store);
  return store;
}

async function prepareClient(parts: Parts, signal: AbortSignal): Promise<Handler> {
  const folder = await buildClient({ onProgress: (text) => parts.working('client', text), signal });
  parts.up('client', 'built');
  return clientHandler(folder);
}

async function openDatabase({ subscriber }: StandaloneConfig, parts: Parts, opened: ResourceStack): Promise<string> {
  const { url, dataDir } = subscriber.database;
  if (url !== undefined) {
    parts.up('store', 'PostgreSQL of DATABASE_URL');
    return url;
  }
  parts.working('store', `PostgreSQL starts on ${dataDir}`);
  const onProgress = (text: string): void => parts.working('store', `PostgreSQL ${text}`);
  const server = opened.use(await startEmbeddedPostgres({ dataDir, onProgress }));
  parts.up('store', `PostgreSQL ${server.version} on ${dataDir}`);
  return server.connectionString;
}

interface Live {
  /** A hub of this process goes to the subscriber; Centrifugo it opens itself. */
  readonly hub: EmbeddedHub | undefined;
  readonly onUpgrade: UpgradeHandler;
  /** How many viewers are connected, as far as this process knows. */
  readonly viewers: () => number | undefined;
}

function openLive({ subscriber }: StandaloneConfig, parts: Parts, opened: ResourceStack): Live {
  const { centrifugo, boardBytesPerSecond, allowedOrigins, trustProxy } = subscriber.live;
  if (centrifugo !== undefined) {
    parts.up('live', 'Centrifugo of CENTRIFUGO_API_URL');
    return { hub: undefined, onUpgrade: proxyUpgrade(centrifugo.apiUrl), viewers: () => undefined };
  }
  const hub = opened.use(
    createEmbeddedHub({
      channels: [...subscriber.lanes.keys()],
      lanes: subscriber.lanes,
      boardBytesPerSecond,
      allowedOrigins,
      addressOf: clientAddress(trustProxy),
    }),
  );
  parts.up('live', 'embedded hub');
  return { hub, onUpgrade: (...upgrade) => hub.handleUpgrade(...upgrade), viewers: () => hub.stats().clients };
}

async function startPrices(
  { generator }: StandaloneConfig,
  parts: Parts,
  log: Logger,
  bus: InProcessBus | undefined,
  opened: ResourceStack,
): Promise<void> {
  if (generator === undefined) return parts.up('generator', 'off: publish prices yourself');
  const sink = bus === undefined ? undefined : await createTickSink({ kind: 'in-process', bus }, () => {});
  const running = opened.use(await startGenerator(generator, { log, ...(sink === undefined ? {} : { sink }) }));
  parts.up('generator', `${running.stocks.length} stocks`);
}

function feedName({ subscriber: { feed } }: StandaloneConfig): string {
  const names = { pubsub: 'Redis Pub/Sub', stream: 'Redis Streams', nats: 'NATS JetStream', kafka: 'Kafka' };
  return feed.server === undefined ? 'this process' : names[feed.server.kind];
}

function prefixed(service: string, readiness: Readiness): Readiness {
  return Object.fromEntries(Object.entries(readiness).map(([name, state]) => [`${service}_${name}`, state]));
}
