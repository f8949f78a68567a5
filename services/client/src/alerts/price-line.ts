import { type Candle, parseTime } from '@tickwatch/core';
import { getJson } from '../api/http.ts';

/** Prices over time, oldest first; times in epoch µs. */
export type PriceLine = readonly { readonly time: number; readonly price: number }[];

interface Of {
  readonly stock: string;
  readonly exchange: string | undefined;
}

/** What a stock cost at the end of each hour. @throws ApiError */
export async function readPriceLine(of: Of, start: string, end: string, signal: AbortSignal): Promise<PriceLine> {
  const { body } = await getJson<readonly Candle[]>(
    `/api/candles/${encodeURIComponent(of.stock)}`,
    { interval: '1h', start_time: start, end_time: end, exchange: of.exchange },
    signal,
    'now',
  );
  return body.flatMap(({ time, close }) =>
    close === null ? [] : [{ time: parseTime(time) ?? 0, price: Number(close) }],
  );
}
