/**
 * Subscriber, hub and API in one process, as `npm start` runs them, without the page and the generator. Settings from the
 * environment. Prints the port as a JSON line: { port }.
 */
import { backendConfig, backendReadiness, createBackend, createBackendReader } from '@tickwatch/backend';
import { createEmbeddedHub } from '@tickwatch/live';
import { createMetrics, EnvReader, ResourceStack, silentLogger } from '@tickwatch/runtime';
import { createPostgresStore } from '@tickwatch/store';
import { startSubscriber, subscriberConfig } from '@tickwatch/subscriber';

const env = new EnvReader(process.env);
const [config, settings] = [subscriberConfig(env), backendConfig(env)];
env.finish();
const { url: connectionString } = config.database;
if (connectionString === undefined) throw new Error('DATABASE_URL is not set');
const [log, registry] = [silentLogger, createMetrics('bench')];
const opened = new ResourceStack();
const store = opened.use(createPostgresStore({ connectionString, applicationName: 'bench' }));
const hub = opened.use(createEmbeddedHub({ channels: [...config.lanes.keys()], lanes: config.lanes }));
const subscriber = opened.use(await startSubscriber(config, { log, store, listen: false, registry, live: hub }));
const reader = opened.use(createBackendReader(settings, connectionString, [subscriber.tail], log));
const backend = opened.use(
  await createBackend(settings, {
    ...{ reader, log, registry },
    replays: hub.replays,
    ledger: subscriber.ledger,
    readiness: () => backendReadiness(reader),
  }),
);
backend.server.on('upgrade', (...upgrade) => hub.handleUpgrade(...upgrade));
console.log(JSON.stringify({ port: await backend.listen('127.0.0.1', 0) }));
process.once('SIGTERM', () => void opened[Symbol.asyncDispose]().then(() => process.exit(0)));
