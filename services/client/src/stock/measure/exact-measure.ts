import type { Average } from '@tickwatch/core';
import { getJson } from '../../api/http.ts';
import type { StockName } from '../candle-source.ts';
import type { Measured } from './measured.ts';

/** Has the database count what a range of time comes to. */
export async function measureExactly(name: StockName, range: Measured, signal: AbortSignal): Promise<Measured> {
  const { body } = await getJson<Average>(
    `/api/average/${encodeURIComponent(name.stock)}`,
    {
      start_time: String(Math.round(range.from * 1e6)),
      end_time: String(Math.round(range.to * 1e6) - 1),
      exchange: name.exchange,
      decimals: 'string',
    },
    signal,
  );
  const { first, last, average_price: mean, count, complete } = body;
  const prices =
    first === null || last === null || mean === null
      ? undefined
      : { first: Number(first), last: Number(last), mean: Number(mean) };
  return { ...range, count, prices, complete, exactMean: mean === null ? undefined : String(mean) };
}
