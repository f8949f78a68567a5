import type { EpochMicros } from '@tickwatch/core';
import type { Completeness } from '../coverage/completeness.ts';
import type { StockKey } from '../stock-order.ts';
import type { Span } from './range.ts';

export type BoardSort = 'name' | 'price' | 'time' | 'change' | 'change_percent' | 'ticks';

/** The last row of a page: the next one starts behind it. */
export interface BoardKey extends StockKey {
  /** What the board is sorted by; null: not known, or the board is sorted by name. */
  readonly value: string | null;
}

export interface BoardQuestion {
  readonly exchange?: string | undefined;
  /** Only stocks of these names. */
  readonly stocks?: readonly string[] | undefined;
  readonly sort: BoardSort;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly after?: BoardKey | undefined;
  /** The day whose figures are asked for. */
  readonly day: Span;
  /** Of exchanges that have a day of their own. */
  readonly ownDays?: ReadonlyMap<string, Span> | undefined;
  /** Of a stock that has no tick in its day, the figures of its last one (UTC) that had some; default: none. */
  readonly lastDay?: boolean | undefined;
  /** What sparklines are of; default: hours. */
  readonly sparkline?: BoardSparkline | undefined;
  readonly now: EpochMicros;
  /** Whether it is asked for as it stood at `now`, with no tick of a later time; default: whatever there is. */
  readonly isPast?: boolean | undefined;
}

/** What a board shows of a stock on an exchange. Decimals as text; null: there is no such tick. */
export interface BoardRow extends StockKey {
  readonly price: string;
  readonly time: EpochMicros;
  /** Of the last tick before the day. */
  readonly previousClose: string | null;
  readonly previousCloseTime: EpochMicros | null;
  readonly change: string | null;
  /** Rounded to four decimals. */
  readonly changePercent: string | null;
  readonly open: string | null;
  readonly high: string | null;
  readonly low: string | null;
  readonly ticks: number;
  /** In the last full minute. */
  readonly ticksPerMinute: number;
  /** The last price of each of the last {@link SPARK_BUCKETS} hours or minutes, the running one last; null: no tick in it. */
  readonly sparkline: readonly (string | null)[];
}

export interface Board {
  readonly rows: readonly BoardRow[];
  readonly next: BoardKey | undefined;
  /** When the first bucket of the sparklines begins. */
  readonly sparklineFrom: EpochMicros;
  /** Of a board as it stood, whether it lacks ticks at its moment; else `undefined`. */
  readonly missing: Completeness | undefined;
}

export type BoardSparkline = 'hours' | 'minutes' | 'none';

export const SPARK_BUCKETS: Readonly<Record<BoardSparkline, number>> = { hours: 24, minutes: 15, none: 0 };

/** Whether every stock has to be looked at as it stood: that of some thousands takes a second. */
export function isWide({ sort, stocks, isPast = false }: BoardQuestion): boolean {
  return isPast && sort !== 'name' && stocks === undefined;
}
