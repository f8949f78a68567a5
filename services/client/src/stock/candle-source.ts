import { type Candle, LAST_SEQ_HEADER, LAST_TICK_HEADER, type PricePoint, parseTime } from '@tickwatch/core';
import { getJson } from '../api/http.ts';
import { type Bar, barOf, type Position } from './bar.ts';
import type { ChartInterval } from './interval.ts';
import type { TickPlace } from './late-ticks.ts';

export interface StockName {
  readonly stock: string;
  /** Only this exchange; undefined: all of them. */
  readonly exchange: string | undefined;
}

export interface LoadedBars {
  readonly bars: readonly Bar[];
  readonly position: Position | undefined;
  /** What they are as of, epoch µs; undefined: they are of now. */
  readonly moment: number | undefined;
  /** The newest tick in the bars; undefined: there is none. */
  readonly newest: TickPlace | undefined;
}

/** Epoch seconds to the API's exact text; the microsecond before, for an end that is exclusive here. */
function startText(seconds: number): string {
  return String(Math.round(seconds * 1e6));
}

function endText(seconds: number): string {
  return String(Math.round(seconds * 1e6) - 1);
}

/** Candles from `from` to `to` (epoch seconds, `to` exclusive; Infinity: to the newest tick). */
export async function loadBars(
  name: StockName,
  interval: ChartInterval,
  timezone: string,
  range: { readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<LoadedBars> {
  const { body, position, moment, headers } = await getJson<readonly Candle[]>(
    `/api/candles/${encodeURIComponent(name.stock)}`,
    {
      interval,
      start_time: startText(range.from),
      end_time: Number.isFinite(range.to) ? endText(range.to) : undefined,
      timezone,
      exchange: name.exchange,
    },
    signal,
  );
  const bars = body.map((candle) => barOf(candle, position, moment)).filter((bar) => bar !== undefined);
  const time = parseTime(headers.get(LAST_TICK_HEADER) ?? '');
  const seq = Number(headers.get(LAST_SEQ_HEADER) ?? 0);
  return { bars, position, moment, newest: time === undefined || bars.length === 0 ? undefined : { time, seq } };
}

/** Time of the last tick before a moment (epoch seconds), or the first at or after it; undefined: there is none. */
export async function findTick(
  name: StockName,
  side: 'before' | 'after',
  seconds: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const bound = side === 'before' ? { end_time: endText(seconds), order: 'desc' } : { start_time: startText(seconds) };
  const { body } = await getJson<readonly PricePoint[]>(
    `/api/prices/${encodeURIComponent(name.stock)}`,
    { ...bound, limit: 1, exchange: name.exchange },
    signal,
  );
  const time = body[0] === undefined ? undefined : parseTime(body[0].timestamp);
  return time === undefined ? undefined : time / 1e6;
}
