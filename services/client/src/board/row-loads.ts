import { type Candle, exchangeOf, type LaneName, type LiveTick, parseTime } from '@tickwatch/core';
import { getJson } from '../api/http.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import { SPARK_BUCKETS, SPARK_STEP_SECONDS } from './spark-ring.ts';
import type { StockRow } from './stock-row.ts';

function candlesPath(row: StockRow): string {
  return `/api/candles/${encodeURIComponent(row.stock)}`;
}

/** Fills a row's last fifteen minutes from the API and then from the live ticks that the answer does not hold yet. */
export async function loadSpark(row: StockRow, live: LiveFeed): Promise<void> {
  const step = SPARK_STEP_SECONDS;
  const start = (Math.floor(Date.now() / 1000 / step) - SPARK_BUCKETS) * step;
  const { body, position } = await getJson<readonly Candle[]>(candlesPath(row), {
    interval: `${step}s`,
    start_time: start,
    exchange: row.exchange,
  });
  row.spark.clear();
  for (const candle of body) {
    const time = parseTime(candle.time);
    if (time !== undefined && candle.close !== null) row.spark.add(time, Number(candle.close), candle.count);
  }
  for (const [lane, tick] of recentTicks(row, live)) {
    const reached = position === undefined ? Number.POSITIVE_INFINITY : (position.get(lane) ?? 0);
    if (tick.seq > reached) row.spark.add(parseTime(tick.timestamp) ?? 0, tick.price);
  }
  row.sparkState = 'ready';
  row.dirty = true;
}

/** Loads a row's open, high and low of the day that begins at `dayStart` (epoch ms). Counting a tick twice does no harm. */
export async function loadDay(row: StockRow, timezone: string, dayStart: number, live: LiveFeed): Promise<void> {
  const { body } = await getJson<readonly Candle[]>(candlesPath(row), {
    interval: '1d',
    timezone,
    start_time: new Date(dayStart).toISOString(),
    exchange: row.exchange,
  });
  const candle = body[0];
  const { open, high, low } = candle ?? {};
  const day = open == null ? undefined : { open: Number(open), high: Number(high), low: Number(low) };
  row.setDay(day);
  for (const [, tick] of recentTicks(row, live))
    row.noteDayPrice(tick.price, parseTime(tick.timestamp) ?? 0, dayStart * 1000);
}

function* recentTicks(row: StockRow, live: LiveFeed): Iterable<readonly [LaneName, LiveTick]> {
  for (const [lane, ticks] of live.recent()) {
    if (exchangeOf(lane) !== row.exchange) continue;
    for (const tick of ticks) if (tick.stock_name === row.stock) yield [lane, tick];
  }
}
