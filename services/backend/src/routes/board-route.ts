import {
  type Calendars,
  type EpochMicros,
  formatMicros,
  MICROS_PER_DAY,
  nowMicros,
  SPARKLINE_FROM_HEADER,
  sessionDay,
  TimeZone,
} from '@tickwatch/core';
import { Board, BoardQuery } from '@tickwatch/core/http';
import type { BoardRow, TickReader } from '@tickwatch/store';
import type { App } from '../http/app.ts';
import { isKnown } from '../http/caching.ts';
import { completenessHeaders } from '../http/completeness.ts';
import { type Decimals, decimalWriter, jsonText } from '../http/json-text.ts';
import { leaveSignal } from '../http/leave-signal.ts';
import { linkNext } from '../http/link-next.ts';
import { readMoment } from '../http/moment.ts';
import { reachHeaders } from '../http/reach-headers.ts';
import { JSON_TYPE, routeSchema } from '../http/route-schema.ts';
import { sendText } from '../http/send-text.ts';
import { readBoardCursor, writeBoardCursor } from '../http/stock-cursor.ts';
import { readStockNames } from '../http/stock-names.ts';
import { readZone } from '../http/zone.ts';

/** Rows of a page when there is no limit. */
const DEFAULT_ROWS = 100;

export function boardRoute(app: App, reader: TickReader, calendars: Calendars): void {
  app.get(
    '/api/board',
    {
      schema: {
        querystring: BoardQuery,
        ...routeSchema({
          tag: 'stocks',
          summary: 'What a board shows of every stock, now or at a moment, in pages',
          description:
            'One row for each stock on each exchange. The day is the running one in `timezone`; without it, of an exchange that has a calendar, its day of trading: from midnight on its clock of the day it last opened on, until it opens on another. With `time` it is the board as it stood at that moment, with all that came by then and nothing later, in every figure; where single ticks are no longer kept (`X-Raw-From`), what is known at the grain of a minute; `X-Complete: false` says that ticks are missing at the moment, so that a price may be older than it was. It is cheapest by name: any other order has to look at every stock at that moment. Where rows are sorted by what moves, a row that moves meanwhile may be seen on two pages or on none.',
          answer: Board,
          reach: true,
          completeness: true,
          cached: true,
        }),
      },
    },
    async (request, reply) => {
      const { exchange, stocks, timezone, sort = 'name', limit = DEFAULT_ROWS, cursor, decimals, time } = request.query;
      const { day = 'running', sparkline } = request.query;
      const { order = sort === 'name' ? 'asc' : 'desc' } = request.query;
      const moment = time === undefined ? undefined : readMoment('time', time, timezone);
      const now = moment ?? nowMicros();
      const after = cursor === undefined ? undefined : readBoardCursor(cursor, `sort=${sort}&order=${order}`);
      const question = {
        exchange,
        stocks: readStockNames(stocks),
        sort,
        order,
        limit,
        after,
        day: dayOf(timezone, now),
        ownDays: timezone === undefined || day === 'last' ? sessionDays(calendars, now) : undefined,
        lastDay: day === 'last',
        sparkline,
        now,
        isPast: moment !== undefined,
      };
      const { reach, value } = await reader.board(question, { signal: leaveSignal(reply) });
      reachHeaders(reply, reach);
      reply.header(SPARKLINE_FROM_HEADER, formatMicros(value.sparklineFrom));
      const next = value.next && writeBoardCursor(value.next, `sort=${sort}&order=${order}`);
      if (next !== undefined) linkNext(request, reply, next);
      const { missing } = value;
      if (missing !== undefined) completenessHeaders(reply, missing, { exchange, start: now, end: now });
      const body = jsonText(value.rows.map((row) => rowMembers(row, decimals)));
      if (isKnown(request, reply, { body, reach, end: moment, missing, also: next })) return reply.code(304).send();
      return await sendText(request, reply, JSON_TYPE, body);
    },
  );
}

/** Half open, in µs. */
interface Span {
  readonly from: number;
  readonly until: number;
}

/** The day that a moment lies in; without a zone, of UTC. No day is longer than two. @throws ParameterError no such zone */
function dayOf(timezone: string | undefined, moment: EpochMicros): Span {
  const zone = readZone(timezone) ?? new TimeZone('UTC');
  const [from = moment, until = moment] = zone.dayStarts(moment, moment + 2 * MICROS_PER_DAY);
  return { from, until };
}

/** The days of trading of all exchanges that have a calendar. */
function sessionDays(calendars: Calendars, moment: EpochMicros): ReadonlyMap<string, Span> {
  const days = new Map<string, Span>();
  for (const exchange of calendars.exchanges) {
    const calendar = calendars.of(exchange);
    const day = calendar && sessionDay(calendar, moment);
    if (day !== undefined) days.set(exchange, day);
  }
  return days;
}

function rowMembers(row: BoardRow, decimals: Decimals | undefined): object {
  const write = decimalWriter(decimals);
  const decimal = (digits: string | null): unknown => (digits === null ? null : write(digits));
  return {
    stock_name: row.stock,
    exchange_name: row.exchange,
    price: write(row.price),
    timestamp: formatMicros(row.time),
    previous_close: decimal(row.previousClose),
    previous_close_time: row.previousCloseTime === null ? null : formatMicros(row.previousCloseTime),
    change: decimal(row.change),
    change_percent: decimal(row.changePercent),
    open: decimal(row.open),
    high: decimal(row.high),
    low: decimal(row.low),
    ticks: row.ticks,
    ticks_per_minute: row.ticksPerMinute,
    sparkline: row.sparkline.map(decimal),
  };
}
