import { nowMicros } from '@tickwatch/core';
import { createTickSink, type TickSink } from '@tickwatch/feed';
import {
  ConfigError,
  createLogger,
  createMetrics,
  type HealthServer,
  type Logger,
  type Readiness,
  startHealthServer,
} from '@tickwatch/runtime';
import { GeneratorEvents } from './events.ts';
import type { GeneratorConfig } from './generator-config.ts';
import { GeneratorMetrics, type GeneratorTotals } from './generator-metrics.ts';
import { Market } from './market.ts';
import { numberedWriter, writeText } from './message-writer.ts';
import { openExchanges } from './open-exchanges.ts';
import { Outbox } from './outbox.ts';
import { Pacer } from './pacer.ts';
import { DEFAULT_STOCKS, inventStocks, type Stock } from './stock.ts';
import { readStocksFile } from './stocks-file.ts';

export interface GeneratorOverrides {
  /** Where messages go instead of Redis; it stays the caller's. */
  readonly sink?: TickSink;
  readonly log?: Logger;
}

export interface Generator extends AsyncDisposable {
  readonly stocks: readonly Stock[];
  readonly totals: GeneratorTotals;
  /** Where its health server listens. */
  readonly port: number | undefined;
  /** Whether the source took the last messages, for a readiness page. */
  readiness(): Promise<Readiness>;
}

const REPORT_MS = 5_000;
/** A steady load is sent in portions of this length. */
const LOAD_TICK_MS = 10;

/**
 * Starts to publish prices; resolves when it does, also while Redis is away.
 * @throws ConfigError neither a sink nor a Redis URL, or no stock to publish
 */
export async function startGenerator(config: GeneratorConfig, overrides: GeneratorOverrides = {}): Promise<Generator> {
  const stocks = await chooseStocks(config);
  const exchanges = [...new Set(stocks.map(({ exchange }) => exchange))];
  const events = new GeneratorEvents(overrides.log ?? createLogger('generator'));
  const registry = createMetrics('generator');
  const metrics = new GeneratorMetrics(registry, exchanges);
  const sink = overrides.sink ?? (await openSink(config, stocks, events));
  const outbox = new Outbox(sink, metrics);
  const sessions =
    config.calendarOf === undefined
      ? undefined
      : openExchanges(exchanges, config.calendarOf, (...change) => events.session(...change));
  const market = new Market(stocks, {
    seed: config.seed ?? Math.floor(Math.random() * 2 ** 32),
    moves: config.moves,
    stepMs: stepOf(config, stocks.length),
    write: config.isNumbered ? numberedWriter(config.lanes) : writeText,
    ...(sessions === undefined ? {} : { isOpen: sessions.isOpen }),
  });
  const readiness = watchHealth(metrics, () => sessions?.closed(nowMicros()) ?? []);

  const closeSink = async (): Promise<void> => {
    if (overrides.sink === undefined) await sink[Symbol.asyncDispose]();
  };
  let health: HealthServer | undefined;
  try {
    if (config.health !== undefined) health = await startHealthServer({ ...config.health, registry, readiness });
  } catch (error) {
    await closeSink();
    throw error;
  }
  const stopLoop = config.ticksPerSecond === undefined ? stepEvery(config.intervalMs) : load(config.ticksPerSecond);
  const stopReport = report(metrics, events);
  events.started(stocks.length, describePace(config));

  return {
    stocks,
    readiness,
    port: health?.port,
    get totals() {
      return metrics.totals;
    },
    async [Symbol.asyncDispose]() {
      stopLoop();
      stopReport();
      await outbox.drained();
      await closeSink();
      await health?.[Symbol.asyncDispose]();
    },
  };

  function stepEvery(intervalMs: number): () => void {
    const timer = setInterval(() => outbox.send(market.step(nowMicros())), intervalMs);
    return () => clearInterval(timer);
  }

  function load(ticksPerSecond: number): () => void {
    const pacer = new Pacer(ticksPerSecond, performance.now());
    const timer = setInterval(() => {
      outbox.send(market.leap(pacer.due(performance.now()), nowMicros()));
    }, LOAD_TICK_MS);
    return () => clearInterval(timer);
  }
}

async function chooseStocks(config: GeneratorConfig): Promise<readonly Stock[]> {
  const { stocksFile, stockCount, exchanges } = config;
  if (stocksFile !== undefined) return readStocksFile(stocksFile);
  if (stockCount !== undefined) return inventStocks(stockCount, exchanges);
  const known = DEFAULT_STOCKS.filter((stock) => exchanges.includes(stock.exchange));
  if (known.length > 0) return known;
  throw new ConfigError([
    `no known stock is on ${exchanges.join(', ')}: set GENERATOR_STOCKS or GENERATOR_STOCKS_FILE`,
  ]);
}

async function openSink(
  { server, lanes }: GeneratorConfig,
  stocks: readonly Stock[],
  events: GeneratorEvents,
): Promise<TickSink> {
  if (server === undefined) {
    throw new ConfigError([
      'REDIS_URL is not set: the generator needs a server to publish to (or NATS_URL, or KAFKA_BROKERS)',
    ]);
  }
  const unknown = stocks.find(({ exchange }) => !lanes.has(exchange));
  if (unknown !== undefined && [...lanes.values()].some((count) => count > 1)) {
    throw new ConfigError([`LANES does not say how many lanes ${unknown.exchange} has: add it to EXCHANGES`]);
  }
  return createTickSink({ ...server, lanes }, (event) => events.sink(event));
}

function report(metrics: GeneratorMetrics, events: GeneratorEvents): () => void {
  let before = metrics.totals;
  const timer = setInterval(() => {
    events.report(metrics.totals, before);
    before = metrics.totals;
  }, REPORT_MS);
  return () => clearInterval(timer);
}

/**
 * Not ready when, since the last look, messages failed and none was taken.
 * @param closed the exchanges whose prices stand still now
 */
function watchHealth(metrics: GeneratorMetrics, closed: () => readonly string[]): () => Promise<Readiness> {
  let before = metrics.totals;
  let isOk = true;
  return async () => {
    const now = metrics.totals;
    if (now.published > before.published) isOk = true;
    else if (now.failed > before.failed) isOk = false;
    before = now;
    const still = closed();
    const detail = still.length === 0 ? 'messages are taken' : `${still.join(', ')} closed; messages are taken`;
    return { feed: { ok: isOk, detail: isOk ? detail : 'messages are not taken: Redis is away' } };
  };
}

/** The time that a move of one stock stands for, ms. */
function stepOf({ ticksPerSecond, intervalMs }: GeneratorConfig, stocks: number): number {
  return ticksPerSecond === undefined ? intervalMs : (stocks / ticksPerSecond) * 1000;
}

function describePace({ ticksPerSecond, intervalMs }: GeneratorConfig): string {
  return ticksPerSecond === undefined ? `every ${intervalMs} ms` : `${ticksPerSecond} ticks a second`;
}
