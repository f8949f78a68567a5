import type { IncomingMessage, ServerResponse } from 'node:http';
import { backendReadiness, createBackend, createBackendReader } from '@tickwatch/backend';
import { buildClient, clientHandler } from '@tickwatch/client';
import { createTickSink, InProcessBus } from '@tickwatch/feed';
import { startGenerator } from '@tickwatch/generator';
import { createEmbeddedHub } from '@tickwatch/live';
import {
  clientAddress,
  createLogger,
  createMetrics,
  type Logger,
  openOperations,
  type Readiness,
  ResourceStack,
} from '@tickwatch/runtime';
import { createPostgresStore, startEmbeddedPostgres } from '@tickwatch/store';
import { logSealing, type Subscriber, startSubscriber } from '@tickwatch/subscriber';
import type { StandaloneConfig } from './config.ts';
import { MetricsTap } from './metrics-tap.ts';
import type { Progress } from './progress.ts';
import { proxyUpgrade, type UpgradeHandler } from './proxy-upgrade.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface Standalone extends AsyncDisposable {
  readonly port: number;
  readonly address: string;
}

/** The whole system in this process, on embedded parts where no server is configured. Resolves when it serves. */
export function startStandalone(
  config: StandaloneConfig,
  progress: Progress,
  writeLog: (line: string) => void,
): Promise<Standalone> {
  return ResourceStack.open((opened) => start(config, progress, writeLog, opened));
}

async function start(
  config: StandaloneConfig,
  progress: Progress,
  writeLog: (line: string) => void,
  opened: ResourceStack,
): Promise<Standalone> {
  // The client is built, where it has to be, by a process of its own while the database starts.
  const building = prepareClient(progress);
  building.catch(() => {});
  const tap = new MetricsTap(writeLog);
  const log = (service: string): Logger => createLogger(service, tap);
  const databaseUrl = await openDatabase(config, progress, opened);
  const store = opened.use(
    createPostgresStore({
      connectionString: databaseUrl,
      applicationName: 'tickwatch',
      statementTimeoutMs: config.subscriber.database.statementTimeoutMs,
      retention: config.subscriber.retention,
      sealing: config.subscriber.sealing,
      rejectedPerMinute: config.subscriber.rejectedPerMinute,
      onEvent: (event) => logSealing(log('subscriber'), event),
    }),
  );
  opened.use(tap).writeTo(store);
  const registry = createMetrics('tickwatch');
  const bus = config.subscriber.feed.redisUrl === undefined ? new InProcessBus() : undefined;
  const live = openLive(config, progress, opened);
  const subscriber = opened.use(
    await startSubscriber(config.subscriber, {
      log: log('subscriber'),
      store,
      listen: false,
      registry,
      ...(bus === undefined ? {} : { bus }),
      ...live.overrides,
    }),
  );
  progress.part('subscriber', `${[...config.subscriber.lanes.keys()].join(', ')} from ${feedName(config)}`);
  await startPrices(config, progress, log('generator'), bus, opened);
  const reader = opened.use(createBackendReader(config.backend, databaseUrl, [subscriber.tail], log('backend')));
  const readiness = async () => ({ ...(await backendReadiness(reader)), ...prefixed(subscriber) });
  opened.use(await openOperations(config.backend.operations, log('backend'), { registry, readiness }));
  const backend = opened.use(
    await createBackend(config.backend, {
      reader,
      log: log('backend'),
      registry,
      ledger: subscriber.ledger,
      readiness,
      fallback: await building,
    }),
  );
  backend.server.on('upgrade', live.onUpgrade);
  const port = await backend.listen(config.host, config.port);
  const address = `http://${config.host === '127.0.0.1' ? 'localhost' : config.host}:${port}`;
  progress.part('backend', `${address}/api/docs`);
  progress.ready(address);
  return { port, address, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

async function prepareClient(progress: Progress): Promise<Handler> {
  const folder = await buildClient({ onProgress: (text) => progress.part('client', text) });
  progress.part('client', 'built');
  return clientHandler(folder);
}

async function openDatabase(
  { subscriber }: StandaloneConfig,
  progress: Progress,
  opened: ResourceStack,
): Promise<string> {
  const { url, dataDir } = subscriber.database;
  if (url !== undefined) {
    progress.part('store', 'PostgreSQL of DATABASE_URL');
    return url;
  }
  progress.part('store', `PostgreSQL starts on ${dataDir}`);
  const server = opened.use(
    await startEmbeddedPostgres({ dataDir, onProgress: (text) => progress.part('store', text) }),
  );
  progress.part('store', `PostgreSQL ${server.version} on ${dataDir}`);
  return server.connectionString;
}

interface Live {
  /** A hub of this process goes to the subscriber; Centrifugo it opens itself. */
  readonly overrides: { readonly live?: ReturnType<typeof createEmbeddedHub> };
  readonly onUpgrade: UpgradeHandler;
}

function openLive({ subscriber }: StandaloneConfig, progress: Progress, opened: ResourceStack): Live {
  const { apiUrl, allowedOrigins, trustProxy } = subscriber.live;
  if (apiUrl !== undefined) {
    progress.part('live', 'Centrifugo of CENTRIFUGO_API_URL');
    return { overrides: {}, onUpgrade: proxyUpgrade(apiUrl) };
  }
  progress.part('live', 'embedded hub');
  const hub = opened.use(
    createEmbeddedHub({
      channels: [...subscriber.lanes.keys()],
      lanes: subscriber.lanes,
      allowedOrigins,
      addressOf: clientAddress(trustProxy),
    }),
  );
  return { overrides: { live: hub }, onUpgrade: (...upgrade) => hub.handleUpgrade(...upgrade) };
}

async function startPrices(
  { generator }: StandaloneConfig,
  progress: Progress,
  log: Logger,
  bus: InProcessBus | undefined,
  opened: ResourceStack,
): Promise<void> {
  if (generator === undefined) return progress.part('generator', 'off: publish prices yourself');
  const sink = bus === undefined ? undefined : createTickSink({ kind: 'in-process', bus }, () => {});
  const running = opened.use(await startGenerator(generator, { log, ...(sink === undefined ? {} : { sink }) }));
  progress.part('generator', `${running.stocks.length} stocks`);
}

function feedName({ subscriber: { feed } }: StandaloneConfig): string {
  if (feed.redisUrl === undefined) return 'this process';
  return feed.kind === 'stream' ? 'Redis Streams' : 'Redis Pub/Sub';
}

function prefixed(subscriber: Subscriber): Readiness {
  return Object.fromEntries(
    Object.entries(subscriber.readiness()).map(([name, state]) => [`subscriber_${name}`, state]),
  );
}
