import { type MarketTick, parseTime } from '@tickwatch/core';
import { apiPath, getJson } from '../api/http.ts';
import { nextPath } from '../api/next-page.ts';

/** Ticks of all stocks in the order in which they arrived, up to `until`. */
export interface TickPage {
  readonly ticks: readonly PagedTick[];
  /** Path of the page behind it, of the same range; undefined: it is the last one. */
  readonly next: string | undefined;
}

export interface PagedTick {
  readonly stock: string;
  readonly exchange: string;
  readonly price: number;
  readonly timestamp: string;
  /** The same, epoch µs. */
  readonly time: number;
}

/** Ticks of one answer: a megabyte of text. */
const PAGE_TICKS = 10_000;

/** Path of the first page of a range, epoch µs, both ends in it. */
export function ticksPath(from: number, to: number): string {
  return apiPath('/api/ticks', { start_time: from, end_time: to, format: 'json', limit: PAGE_TICKS });
}

export async function loadTicks(path: string, signal: AbortSignal): Promise<TickPage> {
  // A part of the future of what is shown: it is read ahead, and shown when its time has come.
  const { body, headers } = await getJson<readonly MarketTick[]>(path, {}, signal, 'now');
  return {
    ticks: body.map(({ stock_name, exchange_name, price, timestamp }) => ({
      ...{ stock: stock_name, exchange: exchange_name, price: Number(price) },
      ...{ timestamp, time: parseTime(timestamp) ?? 0 },
    })),
    next: nextPath(headers),
  };
}
