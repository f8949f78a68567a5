import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { decodeText, laneName, laneOfStock, nowMicros } from '@tickwatch/core';
import { createTickSink, FeedUnavailableError, InProcessBus, type TickSink } from '@tickwatch/feed';
import { type GeneratorConfig, generatorConfig, startGenerator } from '@tickwatch/generator';
import { ConfigError, EnvReader, silentLogger } from '@tickwatch/runtime';

function configOf(env: Record<string, string> = {}): GeneratorConfig {
  const reader = new EnvReader(env);
  const config = generatorConfig(reader);
  reader.finish();
  return config;
}

function listenTo(bus: InProcessBus): Map<string, string[]> {
  const heard = new Map<string, string[]>();
  bus.subscribe((exchange, payloads) => {
    heard.set(exchange, [
      ...(heard.get(exchange) ?? []),
      ...payloads.map((payload) => Buffer.from(payload).toString()),
    ]);
  });
  return heard;
}

async function until(check: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!check()) {
    assert.ok(Date.now() < deadline, 'in time');
    await setTimeout(10);
  }
}

describe('a generator', () => {
  it('publishes its six stocks on their exchanges in process, and counts what it did', async () => {
    const bus = new InProcessBus();
    const heard = listenTo(bus);
    const sink = await createTickSink({ kind: 'in-process', bus }, () => {});
    const generator = await startGenerator(configOf({ GENERATOR_INTERVAL_MS: '5', GENERATOR_SEED: '1', PORT: '0' }), {
      sink,
      log: silentLogger,
    });
    await until(() => [...heard.values()].flat().length > 60);
    const metrics = await (await fetch(`http://127.0.0.1:${generator.port}/metrics`)).text();
    assert.match(metrics, /tickwatch_published_unheard_total\{exchange="NYSE",service="generator"\} 0/);
    await generator[Symbol.asyncDispose]();
    const names = (exchange: string): string[] =>
      [...new Set(heard.get(exchange)?.map((message) => message.slice(0, message.indexOf(':'))))].sort();
    assert.deepEqual(names('NASDAQ'), ['AAPL', 'AMZN', 'MSFT']);
    assert.deepEqual(names('NYSE'), ['DIS', 'NFLX', 'TSLA']);
    assert.equal(generator.totals.published, [...heard.values()].flat().length);
  });

  it('counts what reached no one, and what could not be sent, and goes on', async () => {
    const bus = new InProcessBus();
    const working = await createTickSink({ kind: 'in-process', bus }, () => {});
    let isAway = false;
    const sink: TickSink = {
      async publish(exchange, messages) {
        if (isAway) throw new FeedUnavailableError('away');
        return working.publish(exchange, messages);
      },
      async [Symbol.asyncDispose]() {},
    };
    const generator = await startGenerator(configOf({ GENERATOR_INTERVAL_MS: '5', PORT: '0' }), {
      sink,
      log: silentLogger,
    });
    await until(() => generator.totals.unheard > 5);
    isAway = true;
    await until(() => generator.totals.failed > 5);
    isAway = false;
    const { published } = generator.totals;
    listenTo(bus);
    await until(() => generator.totals.published > published + 5);
    await generator[Symbol.asyncDispose]();
  });

  it('numbers the messages of each lane where it is told to, without a gap, and keeps the text form where not', async () => {
    const bus = new InProcessBus();
    const heard = listenTo(bus);
    const sink = await createTickSink({ kind: 'in-process', bus }, () => {});
    const env = { GENERATOR_INTERVAL_MS: '5', GENERATOR_NUMBERED: 'on', LANES: 'NYSE:2' };
    const config = { ...configOf(env), health: undefined };
    const generator = await startGenerator(config, { sink, log: silentLogger });
    await until(() => heard.size === 2 && [...heard.values()].flat().length > 60);
    await generator[Symbol.asyncDispose]();
    const numbers = new Map<string, number[]>();
    for (const [exchange, messages] of heard) {
      for (const message of messages) {
        const decoded = decodeText(message, nowMicros());
        assert.ok(decoded.ok && decoded.n !== undefined, message);
        const lane = laneName(exchange, laneOfStock(decoded.stock, config.lanes.get(exchange) ?? 1));
        numbers.set(lane, [...(numbers.get(lane) ?? []), decoded.n]);
      }
    }
    for (const [lane, list] of numbers) {
      assert.deepEqual(
        list,
        list.map((_, i) => i + 1),
        lane,
      );
    }
    assert.equal(configOf().isNumbered, false);
  });

  it('keeps the rate that a load asks for, over as many stocks as asked', async () => {
    const bus = new InProcessBus();
    const heard = listenTo(bus);
    const sink = await createTickSink({ kind: 'in-process', bus }, () => {});
    const config = configOf({ GENERATOR_TICKS_PER_SECOND: '5000', GENERATOR_STOCKS: '1000', PORT: '0' });
    const start = performance.now();
    const generator = await startGenerator(config, { sink, log: silentLogger });
    await setTimeout(1000);
    await generator[Symbol.asyncDispose]();
    const seconds = (performance.now() - start) / 1000;
    const messages = [...heard.values()].flat();
    // A busy machine may take away some of it, never add.
    assert.ok(messages.length <= seconds * 5000 && messages.length > 1000, `${messages.length} in ${seconds} s`);
    assert.equal(new Set(messages.map((message) => message.split(':')[0])).size, 1000);
  });

  it('reads its stocks from a file, and says all that is wrong with one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tickwatch-stocks-'));
    const file = join(folder, 'stocks.json');
    const bus = new InProcessBus();
    const sink = await createTickSink({ kind: 'in-process', bus }, () => {});
    const config = { ...configOf({ GENERATOR_STOCKS_FILE: file }), health: undefined };
    await writeFile(file, '[{"stock_name":"BRK.B","exchange_name":"LSE","price":0.05}]');
    const generator = await startGenerator(config, { sink, log: silentLogger });
    assert.deepEqual(generator.stocks, [{ name: 'BRK.B', exchange: 'LSE', cents: 5 }]);
    await generator[Symbol.asyncDispose]();
    await writeFile(
      file,
      '[{"stock_name":"","exchange_name":"LSE","price":1},{"stock_name":"A","exchange_name":"L S","price":0}]',
    );
    await assert.rejects(startGenerator(config, { sink, log: silentLogger }), (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      assert.equal(error.problems.length, 2);
      return true;
    });
    await rm(folder, { recursive: true });
  });

  it('refuses streams of stocks whose exchange has an unknown number of lanes: who reads them would look elsewhere', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tickwatch-stocks-'));
    const file = join(folder, 'stocks.json');
    await writeFile(file, '[{"stock_name":"BRK.B","exchange_name":"LSE","price":0.05}]');
    const env = { GENERATOR_STOCKS_FILE: file, TICK_FEED: 'stream', REDIS_URL: 'redis://127.0.0.1:1', LANES: '4' };
    await assert.rejects(
      startGenerator({ ...configOf(env), health: undefined }, { log: silentLogger }),
      /LANES does not say how many lanes LSE has: add it to EXCHANGES/,
    );
    assert.deepEqual(configOf({ LANES: 'NYSE:2' }).lanes.get('NYSE'), 2);
    await rm(folder, { recursive: true });
  });

  it('refuses to start without a place to publish to, and names every bad setting at once', async () => {
    await assert.rejects(
      startGenerator({ ...configOf(), health: undefined }, { log: silentLogger }),
      /REDIS_URL is not set/,
    );
    assert.throws(
      () =>
        configOf({
          GENERATOR_INTERVAL_MS: '0',
          GENERATOR_TICKS_PER_SECOND: 'many',
          TICK_FEED: 'streams',
          EXCHANGES: 'A B',
          LANES: 'many',
          GENERATOR_NUMBERED: 'sometimes',
        }),
      (error: unknown) => error instanceof ConfigError && error.problems.length === 6,
    );
  });
});
