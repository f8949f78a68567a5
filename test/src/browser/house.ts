import { backendConfig, backendReadiness, createBackend, createBackendReader } from '@tickwatch/backend';
import { buildClient, clientHandler } from '@tickwatch/client';
import { type EpochMicros, encodeMessage } from '@tickwatch/core';
import { createTickSink, InProcessBus } from '@tickwatch/feed';
import { createEmbeddedHub, type EmbeddedHubOptions } from '@tickwatch/live';
import { notifierConfig, startNotifier } from '@tickwatch/notifier';
import { createMetrics, EnvReader, ResourceStack, silentLogger } from '@tickwatch/runtime';
import { createPostgresStore } from '@tickwatch/store';
import { startTestPostgres } from '@tickwatch/store/test-postgres';
import { startSubscriber, subscriberConfig } from '@tickwatch/subscriber';
import { until } from '../servers/index.ts';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts';

export interface Price {
  readonly stock: string;
  readonly price: string;
  readonly time: EpochMicros;
}

/** Who shows it in this house is the administrator. */
export const HOUSE_TOKEN = 'token+of/the~house==';

/** However slow the machine is, no answer is given up: that has tests of its own. */
const PATIENCE = { CONNECT_TIMEOUT_MS: '60000', QUEUE_TIMEOUT_MS: '60000', STATEMENT_TIMEOUT_MS: '60000' };

/** The whole system on its embedded parts, without the generator: the test publishes. */
export interface House extends AsyncDisposable {
  /** What the browser opens; everything goes through {@link proxy}. */
  readonly address: string;
  readonly proxy: CuttingProxy;
  /** For `psql`-like preparation of old history. */
  readonly databaseUrl: string;
  publish(exchange: string, prices: readonly Price[]): Promise<void>;
}

/** @param lanes how many each exchange has: `4`, or `NASDAQ:4,NYSE:1` */
export function startHouse(hub: Partial<EmbeddedHubOptions> = {}, lanes = '1'): Promise<House> {
  return ResourceStack.open((opened) => start(hub, lanes, opened));
}

async function start(hubOptions: Partial<EmbeddedHubOptions>, lanes: string, opened: ResourceStack): Promise<House> {
  const [folder, database] = await Promise.all([buildClient(), startTestPostgres()]);
  opened.use(database);
  const env = new EnvReader({ ...PATIENCE, DATA_DIR: database.dataDir, ADMIN_TOKEN: HOUSE_TOKEN, LANES: lanes });
  const config = subscriberConfig(env);
  const { connectionString } = database;
  const store = opened.use(createPostgresStore({ connectionString, applicationName: 'browser-test' }));
  const registry = createMetrics('browser-test');
  const bus = new InProcessBus();
  const hub = opened.use(
    createEmbeddedHub({
      channels: [...config.lanes.keys()],
      lanes: config.lanes,
      boardBytesPerSecond: config.live.boardBytesPerSecond,
      ...hubOptions,
    }),
  );
  const log = silentLogger;
  const subscriber = opened.use(await startSubscriber(config, { log, store, listen: false, registry, bus, live: hub }));
  const backend = backendConfig(env);
  const reader = opened.use(createBackendReader(backend, connectionString, [subscriber.tail], log));
  const app = opened.use(
    await createBackend(backend, {
      reader,
      operator: store,
      replays: hub.replays,
      log,
      registry,
      ledger: subscriber.ledger,
      readiness: async () => ({ ...(await backendReadiness(reader)), ...subscriber.readiness() }),
      fallback: clientHandler(folder),
    }),
  );
  app.server.on('upgrade', (...upgrade) => hub.handleUpgrade(...upgrade));
  opened.use(
    await startNotifier(notifierConfig(env), {
      ...{ log, databaseUrl: connectionString, live: hub.alerts, listen: false, registry },
    }),
  );
  const port = await app.listen('127.0.0.1', 0);
  // Until the database has its tables, questions are answered 503: no page is to be blamed for that.
  await until(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok, { what: 'a ready house' });
  const proxy = opened.use(await startCuttingProxy(port));
  const sink = opened.use(await createTickSink({ kind: 'in-process', bus }, () => {}));
  return {
    address: `http://localhost:${proxy.port}`,
    proxy,
    databaseUrl: connectionString,
    publish: async (exchange, prices) => {
      await sink.publish(
        exchange,
        prices.map(({ stock, price, time }) => encodeMessage(stock, price, time)),
      );
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
