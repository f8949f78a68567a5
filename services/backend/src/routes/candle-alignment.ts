import type { CalendarOf, CandlesQuery, SessionCalendar } from '@tickwatch/core';
import type { TickReader } from '@tickwatch/store';
import { ParameterError, quoted } from '../http/problem-reply.ts';

/** What candles are aligned to. */
export interface ReadAlignment {
  /** The zone that dates of the question are read in. */
  readonly dates: string | undefined;
  readonly timeZone: string;
  readonly calendar?: SessionCalendar | undefined;
}

export interface AlignmentParts {
  readonly reader: TickReader;
  readonly calendarOf: CalendarOf;
  readonly signal: AbortSignal;
}

/** @throws ParameterError the stock is on exchanges of different sessions, and none is named */
export async function readAlignment(
  parts: AlignmentParts,
  stock: string,
  { align = 'timezone', timezone, exchange }: CandlesQuery,
): Promise<ReadAlignment> {
  if (align === 'utc') return { dates: timezone, timeZone: 'UTC' };
  const calendar = align === 'session' ? await calendarOfStock(parts, stock, exchange) : undefined;
  return { dates: timezone ?? calendar?.timeZone, timeZone: timezone ?? 'UTC', calendar };
}

/** Of all exchanges that a stock is on, those without one left aside. */
async function calendarOfStock(
  { reader, calendarOf, signal }: AlignmentParts,
  stock: string,
  exchange: string | undefined,
): Promise<SessionCalendar | undefined> {
  if (exchange !== undefined) return calendarOf(exchange);
  const exchanges = (await reader.stocks({ stock }, { signal })).value.map((one) => one.exchange);
  const [first, second] = new Set(exchanges.map(calendarOf).filter((calendar) => calendar !== undefined));
  if (second === undefined) return first;
  const names = exchanges.filter((name) => calendarOf(name) !== undefined).join(', ');
  throw new ParameterError(
    'exchange',
    `${quoted(stock)} is traded on ${names}, whose sessions differ: with align=session, name one of them by exchange`,
  );
}
