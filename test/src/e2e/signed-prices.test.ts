import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { backendConfig, backendReadiness, createBackend, createBackendReader } from '@tickwatch/backend';
import { createTickSink, InProcessBus, type TickSink } from '@tickwatch/feed';
import { createMetrics, EnvReader, ResourceStack, silentLogger } from '@tickwatch/runtime';
import { createPostgresStore, startEmbeddedPostgres } from '@tickwatch/store';
import { type Subscriber, startSubscriber, subscriberConfig } from '@tickwatch/subscriber';
import { until } from '../servers/index.ts';

/** The day when oil of May 2020 cost less than nothing, in four prices. */
const MESSAGES = [
  'CLK20:(17.85, 1587390000)',
  '{"symbol":"CLK20","price":"0.01","ts":1587407100000}',
  '{"T":"t","S":"CLK20","p":-37.63,"s":1,"t":"2020-04-20T18:30:00Z"}',
  '{"stock_name":"CLK20","price":-13.10,"timestamp":"2020-04-20T21:00:00Z"}',
];

for (const [when, flushMs] of [
  ['before they are stored', '3600000'],
  ['once they are stored', '50'],
] as const) {
  describe(`prices below zero on an exchange of SIGNED_PRICES, asked for ${when}`, () => {
    const opened = new ResourceStack();
    let subscriber: Subscriber;
    let sink: TickSink;
    let origin = '';
    const get = async (path: string): Promise<string> => (await fetch(`${origin}${path}`)).text();
    const json = async (path: string) => JSON.parse(await get(path));

    before(async () => {
      const dataDir = await mkdtemp(join(tmpdir(), 'tickwatch-signed-'));
      opened.use({ [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true }) });
      const { connectionString } = opened.use(await startEmbeddedPostgres({ dataDir }));
      const env = new EnvReader({
        DATA_DIR: dataDir,
        EXCHANGES: 'NYMEX,NYSE',
        SIGNED_PRICES: 'NYMEX',
        FLUSH_INTERVAL_MS: flushMs,
      });
      const [config, settings] = [subscriberConfig(env), backendConfig(env)];
      env.finish();
      const store = opened.use(createPostgresStore({ connectionString, applicationName: 'signed-test' }));
      const [log, registry, bus] = [silentLogger, createMetrics('signed-test'), new InProcessBus()];
      subscriber = opened.use(await startSubscriber(config, { log, store, listen: false, registry, bus }));
      const reader = opened.use(createBackendReader(settings, connectionString, [subscriber.tail], log));
      const readiness = () => backendReadiness(reader);
      const backend = opened.use(await createBackend(settings, { reader, log, registry, readiness }));
      origin = `http://127.0.0.1:${await backend.listen('127.0.0.1', 0)}`;
      sink = await createTickSink({ kind: 'in-process', bus }, () => {});
      await until(async () => {
        const { lanes } = JSON.parse(await subscriber.ledger.ledger());
        return Object.values<{ state: string }>(lanes).every(({ state }) => state === 'leading') || undefined;
      });
      await sink.publish('NYMEX', MESSAGES);
      await sink.publish('NYSE', MESSAGES.slice(2));
      await until(async () => {
        const { total } = JSON.parse(await subscriber.ledger.ledger());
        const there = flushMs === '50' ? total.waiting === 0 : total.waiting === 6;
        return (total.received === 6 && there) || undefined;
      });
    });
    after(() => opened[Symbol.asyncDispose]());

    it('every answer has them, with their digits', async () => {
      const prices = await json('/api/prices/CLK20?decimals=string');
      assert.deepEqual(
        prices.map(({ price }: { price: string }) => price),
        ['17.85', '0.01', '-37.63', '-13.10'],
      );
      assert.match(await get('/api/prices/CLK20?format=csv'), /^2020-04-20T18:30:00\.000000Z,CLK20,NYMEX,-37\.63$/m);
      const average = await json('/api/average/CLK20?decimals=string');
      assert.equal(Number(average.average_price), (17.85 + 0.01 - 37.63 - 13.1) / 4);
      assert.equal(average.count, 4);
      const [day] = await json('/api/candles/CLK20?interval=1d&decimals=string');
      assert.deepEqual([day.open, day.high, day.low, day.close], ['17.85', '17.85', '-37.63', '-13.10']);
      const [latest] = await json('/api/latest?decimals=string');
      assert.equal(latest.price, '-13.10');
      const asOf = await json('/api/asof/CLK20?time=2020-04-20T18:45:00Z&decimals=string');
      assert.match(JSON.stringify(asOf), /"price":"-37\.63"/);
    });

    it('elsewhere they are refused, and the reason names the setting', async () => {
      if (flushMs !== '50') return;
      const { counts, messages } = await json('/api/rejected');
      assert.deepEqual(
        counts.map(({ exchange_name, reason, count }: Record<string, unknown>) => [exchange_name, reason, count]),
        [['NYSE', 'bad_price', 2]],
      );
      assert.match(messages[0].detail, /"-13\.10" is not a finite decimal > 0; SIGNED_PRICES names exchanges/);
    });
  });
}
