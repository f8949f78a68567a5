import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { backendConfig, backendReadiness, createBackend, createBackendReader } from '@tickwatch/backend';
import type { Replay } from '@tickwatch/core';
import { createTickSink, InProcessBus } from '@tickwatch/feed';
import { createEmbeddedHub } from '@tickwatch/live';
import { createMetrics, EnvReader, ResourceStack, silentLogger } from '@tickwatch/runtime';
import { createPostgresStore, type PostgresStore, startEmbeddedPostgres, type TickReader } from '@tickwatch/store';
import { startSubscriber, subscriberConfig } from '@tickwatch/subscriber';
import { until } from '../servers/index.ts';

const TOKEN = 'the-token-of-this-test';
export const EXCHANGES = ['NASDAQ', 'NYSE'] as const;

export interface House extends AsyncDisposable {
  readonly websocketUrl: string;
  readonly store: PostgresStore;
  readonly reader: TickReader;
  publish(exchange: string, messages: readonly string[]): Promise<void>;
  /** Resolves when all that was published is stored. */
  stored(): Promise<void>;
  /** Of `/api/replays`. */
  ask(method: string, path: string, body?: object): Promise<Replay>;
  /** Tears the line of whoever listens. @returns how many lines there were */
  cut(): number;
}

/** The system in this process, as it starts anew on its data with so many lanes. */
export async function openHouse(dataDir: string, lanes: string): Promise<House> {
  return ResourceStack.open(async (opened) => {
    const { connectionString } = opened.use(await startEmbeddedPostgres({ dataDir }));
    const env = new EnvReader({ DATA_DIR: dataDir, LANES: lanes, FLUSH_INTERVAL_MS: '50', ADMIN_TOKEN: TOKEN });
    const [config, settings] = [subscriberConfig(env), backendConfig(env)];
    env.finish();
    const store = opened.use(createPostgresStore({ connectionString, applicationName: 'replay-test' }));
    const [log, registry, bus] = [silentLogger, createMetrics('replay-test'), new InProcessBus()];
    const hub = opened.use(createEmbeddedHub({ channels: EXCHANGES, lanes: config.lanes }));
    const server = createServer();
    const lines = new Set<Socket>();
    server.on('connection', (socket) => {
      lines.add(socket);
      socket.once('close', () => lines.delete(socket));
    });
    server.on('upgrade', (...upgrade) => hub.handleUpgrade(...upgrade));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    opened.defer(() => void server.close());
    const subscriber = opened.use(
      await startSubscriber(config, { log, store, listen: false, registry, bus, live: hub }),
    );
    const reader = opened.use(createBackendReader(settings, connectionString, [subscriber.tail], log));
    const readiness = () => backendReadiness(reader);
    const backend = opened.use(
      await createBackend(settings, { reader, log, registry, readiness, replays: hub.replays }),
    );
    const origin = `http://127.0.0.1:${await backend.listen('127.0.0.1', 0)}`;
    const sink = await createTickSink({ kind: 'in-process', bus }, () => {});
    const ledger = async () => JSON.parse(await subscriber.ledger.ledger());
    await until(async () => {
      const states = Object.values<{ state: string }>((await ledger()).lanes);
      return states.every(({ state }) => state === 'leading') || undefined;
    });
    let published = (await ledger()).total.received;
    return {
      websocketUrl: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/connection/websocket`,
      store,
      reader,
      async publish(exchange, messages) {
        published += messages.length;
        await sink.publish(exchange, messages);
      },
      async stored() {
        await until(async () => {
          const { total } = await ledger();
          return (total.received === published && total.waiting === 0) || undefined;
        });
      },
      async ask(method, path, body) {
        const answer = await fetch(`${origin}/api/replays${path}`, {
          method,
          headers: {
            authorization: `Bearer ${TOKEN}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await answer.text();
        assert.ok(answer.ok, text);
        return JSON.parse(text);
      },
      cut() {
        const cut = [...lines];
        for (const line of cut) line.destroy();
        return cut.length;
      },
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    };
  });
}
