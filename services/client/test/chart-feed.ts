import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Candle, LiveTick } from '@tickwatch/core';
import type { Followed, TickListener } from '../src/live/live-feed.ts';
import { RecentTicks } from '../src/live/seam.ts';
import { ChartModel, type ChartModelOptions } from '../src/stock/chart-model.ts';

export const MINUTE = Date.parse('2026-11-22T10:00:00Z') / 1000;

/** The page's live feed, without a connection. */
export class FakeFeed {
  #recent = new RecentTicks();
  readonly #listeners = new Set<TickListener>();

  ready = async (): Promise<void> => {};
  *recent(): Iterable<readonly [string, readonly LiveTick[]]> {
    yield ['NASDAQ/0', this.#recent.ticks];
  }
  follow(_name: unknown, _exchanges: unknown, listener: TickListener): Followed {
    this.#listeners.add(listener);
    const end = () => this.#listeners.delete(listener);
    return { ready: () => this.ready(), recent: () => this.recent(), end };
  }
  /** A tick at this second of the minute. */
  tick(seq: number, second: number, price: number): void {
    const { fresh } = this.#recent.add([
      { stock_name: 'AAPL', exchange_name: 'NASDAQ', price, timestamp: time(second), seq },
    ]);
    for (const listener of this.#listeners) listener.onTicks('NASDAQ/0', fresh);
  }
  /** The connection was cut, and what was missed can't be sent again. */
  cut(): void {
    this.#recent = new RecentTicks();
    for (const listener of this.#listeners) listener.onBreak();
  }
}

function time(second: number): string {
  return new Date((MINUTE + second) * 1000).toISOString().replace('Z', '000Z');
}

export function candle(close: number, count: number): Candle {
  return { time: time(0), open: 10, high: 20, low: 10, close, count, average: 10, complete: true };
}

interface Answered {
  readonly candles: readonly Candle[];
  readonly position: number | undefined;
  readonly last: number;
  /** What happens after it is made and before it is there. */
  readonly meanwhile?: () => void;
}

/** Answers of `/api/candles`, one after the other; the last one again and again. */
export function answer(...answers: Answered[]): void {
  mock.method(globalThis, 'fetch', async (path: string) => {
    // The tick next to a range: there is one before it, and none after it.
    if (path.startsWith('/api/prices/'))
      return new Response(JSON.stringify(path.includes('start_time') ? [] : [{ timestamp: time(-90) }]));
    const { candles, position, last, meanwhile } = (answers.length > 1 ? answers.shift() : answers[0]) ?? assert.fail();
    meanwhile?.();
    const reached = position === undefined ? '' : `NASDAQ/0=${position}`;
    const headers = { 'X-Position': reached, 'X-Last-Tick': time(last), 'X-Last-Seq': String(position ?? 0) };
    return new Response(JSON.stringify(candles), { headers });
  });
}

export async function shown(
  feed: FakeFeed,
  options: Partial<ChartModelOptions> = {},
  to = Number.POSITIVE_INFINITY,
): Promise<ChartModel> {
  const model = new ChartModel({
    ...{ name: { stock: 'AAPL', exchange: undefined }, live: feed, interval: '1m', zone: 'UTC', newest: 0 },
    ...{ onChange: () => {}, onMoment: () => {} },
    ...options,
  });
  await model.show({ from: MINUTE, to });
  return model;
}

/** Resolves when the first bar counts so many ticks. */
export async function counted(model: ChartModel, count: number): Promise<void> {
  const until = performance.now() + 60_000;
  while (model.window.bars[0]?.count !== count && performance.now() < until) await setTimeout(10);
  assert.equal(bar(model).count, count);
}

export const bar = (model: ChartModel) => {
  const { close, count } = model.window.bars[0] ?? assert.fail('there is no bar');
  return { close, count };
};
