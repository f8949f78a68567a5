import { type Candle, exchangeOf, type LaneName, type LiveTick, parseTime } from '@tickwatch/core';
import { getJson } from '../api/http.ts';
import { nowMs } from '../clock.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import { SPARK_BUCKETS, SPARK_STEP_SECONDS } from './spark-ring.ts';
import type { StockRow } from './stock-row.ts';

function candlesPath(row: StockRow): string {
  return `/api/candles/${encodeURIComponent(row.stock)}`;
}

/** Fills a row's last fifteen minutes from the API and then from the live ticks that the answer does not hold yet. */
export async function loadSpark(row: StockRow, live: LiveFeed): Promise<void> {
  const step = SPARK_STEP_SECONDS;
  const start = (Math.floor(nowMs() / 1000 / step) - SPARK_BUCKETS) * step;
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

function* recentTicks(row: StockRow, live: LiveFeed): Iterable<readonly [LaneName, LiveTick]> {
  for (const [lane, ticks] of live.recent()) {
    if (exchangeOf(lane) !== row.exchange) continue;
    for (const tick of ticks) if (tick.stock_name === row.stock) yield [lane, tick];
  }
}
