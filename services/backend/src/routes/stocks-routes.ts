import { compareTicks, type EpochMicros, formatMicros, nowMicros, type Tick } from '@tickwatch/core';
import {
  AsOfAllQuery,
  AsOfQuery,
  DEFAULT_AS_OF_ROWS,
  LatestPrice,
  LatestPrices,
  LatestQuery,
  MAX_STOCKS_ROWS,
  StockCount,
  StockParams,
  Stocks,
  StocksQuery,
} from '@tickwatch/core/http';
import type { StockOverview, TickReader } from '@tickwatch/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../http/app.ts';
import { isKnown } from '../http/caching.ts';
import { completenessHeaders } from '../http/completeness.ts';
import { type Decimals, decimalWriter, jsonText } from '../http/json-text.ts';
import { leaveSignal } from '../http/leave-signal.ts';
import { linkNext } from '../http/link-next.ts';
import { readMoment } from '../http/moment.ts';
import { NotFoundError } from '../http/problem-reply.ts';
import { reachHeaders } from '../http/reach-headers.ts';
import { JSON_TYPE, routeSchema } from '../http/route-schema.ts';
import { sendText } from '../http/send-text.ts';
import { readStockCursor, writeStockCursor } from '../http/stock-cursor.ts';
import { readStockNames } from '../http/stock-names.ts';

export function stocksRoutes(app: App, reader: TickReader): void {
  app.get(
    '/api/stocks',
    {
      schema: {
        querystring: StocksQuery,
        ...routeSchema({
          tag: 'stocks',
          summary: 'All stocks with their latest price, first time and number of ticks',
          description: 'One row for each stock on each exchange, by name, in pages.',
          answer: Stocks,
          reach: true,
        }),
      },
    },
    async (request, reply) => {
      const { decimals } = request.query;
      return await sendPage(reader, request, reply, request.query, (stock) => stockMembers(stock, decimals));
    },
  );

  app.get(
    '/api/stocks/count',
    {
      schema: routeSchema({
        tag: 'stocks',
        summary: 'How many stocks there are',
        description: 'The cheapest question that tells of a new stock: an open board asks it every few seconds.',
        answer: StockCount,
      }),
    },
    async (request, reply) => {
      const answer: StockCount = { count: await reader.countStocks({ signal: leaveSignal(reply) }) };
      return await sendNow(request, reply, answer);
    },
  );

  app.get(
    '/api/latest',
    {
      schema: {
        querystring: StocksQuery,
        ...routeSchema({
          tag: 'stocks',
          summary: 'The latest price of every stock, by name, in pages',
          answer: LatestPrices,
          reach: true,
        }),
      },
    },
    async (request, reply) => {
      const { decimals } = request.query;
      return await sendPage(reader, request, reply, request.query, (tick) => tickMembers(tick, decimals));
    },
  );

  app.get(
    '/api/latest/:stock_name',
    {
      schema: {
        params: StockParams,
        querystring: LatestQuery,
        ...routeSchema({
          tag: 'stocks',
          summary: 'The latest price of a stock',
          answer: LatestPrice,
          reach: true,
        }),
      },
    },
    async (request, reply) => {
      const stock = request.params.stock_name;
      const { exchange, decimals } = request.query;
      const { reach, value } = await reader.stocks({ stock, exchange }, { signal: leaveSignal(reply) });
      reachHeaders(reply, reach);
      // Of one moment on several exchanges, as the price as of a moment has it.
      const last = value.toSorted(compareTicks).at(-1);
      if (last === undefined) throw new NotFoundError(`${stock} has no price`);
      return await sendNow(request, reply, tickMembers(last, decimals));
    },
  );

  app.get(
    '/api/asof',
    {
      schema: {
        querystring: AsOfAllQuery,
        ...routeSchema({
          tag: 'stocks',
          summary: 'The prices of all stocks as of a moment, by name, in pages',
          description:
            'One row for each stock on each exchange that had a tick by then: the last one at or before the moment (of a date: at its end). Where single ticks are no longer kept (`X-Raw-From`), the last one that is known at the grain of a minute. `X-Complete: false` where ticks are missing at the moment, so that a price may be older than it was.',
          answer: LatestPrices,
          reach: true,
          completeness: true,
          cached: true,
        }),
      },
    },
    async (request, reply) => {
      const { exchange, stocks, timezone, limit = DEFAULT_AS_OF_ROWS, cursor, decimals } = request.query;
      const time = readMoment('time', request.query.time, timezone);
      const after = cursor === undefined ? undefined : readStockCursor(cursor);
      const question = { exchange, stocks: readStockNames(stocks), time, after, limit };
      const { reach, value } = await reader.asOfAll(question, { signal: leaveSignal(reply) });
      reachHeaders(reply, reach);
      const { missing } = value;
      const next = value.next && writeStockCursor(value.next);
      if (next !== undefined) linkNext(request, reply, next);
      completenessHeaders(reply, missing, { exchange, start: time, end: time });
      const body = jsonText(value.ticks.map((tick) => tickMembers(tick, decimals)));
      if (isKnown(request, reply, { body, reach, end: time, missing, also: next })) return reply.code(304).send();
      return await sendText(request, reply, JSON_TYPE, body);
    },
  );

  app.get(
    '/api/asof/:stock_name',
    {
      schema: {
        params: StockParams,
        querystring: AsOfQuery,
        ...routeSchema({
          tag: 'stocks',
          summary: 'The price of a stock as of a moment',
          description:
            'The last tick at or before the moment (of a date: at its end); of several of one time stamp the one that came last. 404 when there was none yet.',
          answer: LatestPrice,
          reach: true,
          cached: true,
        }),
      },
    },
    async (request, reply) => {
      const { exchange, decimals } = request.query;
      const time = readMoment('time', request.query.time, request.query.timezone);
      const stock = request.params.stock_name;
      return await sendAsOf(reader, request, reply, { stock, exchange, time, decimals });
    },
  );
}

/** One page in the order of names, with a link to the next one. */
async function sendPage(
  reader: TickReader,
  request: FastifyRequest,
  reply: FastifyReply,
  { exchange, limit = MAX_STOCKS_ROWS, cursor }: StocksQuery,
  members: (stock: StockOverview) => object,
): Promise<FastifyReply> {
  const after = cursor === undefined ? undefined : readStockCursor(cursor);
  const { reach, value } = await reader.stocks({ exchange, after, limit: limit + 1 }, { signal: leaveSignal(reply) });
  reachHeaders(reply, reach);
  const page = value.slice(0, limit);
  const last = page.at(-1);
  if (value.length > limit && last !== undefined) linkNext(request, reply, writeStockCursor(last));
  return await sendNow(request, reply, page.map(members));
}

interface AsOf {
  readonly stock: string;
  readonly exchange: string | undefined;
  readonly time: EpochMicros;
  readonly decimals: Decimals | undefined;
}

async function sendAsOf(reader: TickReader, request: FastifyRequest, reply: FastifyReply, asOf: AsOf) {
  const { reach, value } = await reader.asOf(asOf, { signal: leaveSignal(reply) });
  reachHeaders(reply, reach);
  if (value === undefined) {
    const when = asOf.time < nowMicros() ? ` at ${formatMicros(asOf.time)}` : '';
    throw new NotFoundError(`${asOf.stock} has no price${when}`);
  }
  const body = jsonText(tickMembers(value, asOf.decimals));
  if (isKnown(request, reply, { body, reach, end: asOf.time })) return reply.code(304).send();
  return await sendText(request, reply, JSON_TYPE, body);
}

async function sendNow(request: FastifyRequest, reply: FastifyReply, answer: unknown): Promise<FastifyReply> {
  reply.header('cache-control', 'no-store');
  return await sendText(request, reply, JSON_TYPE, jsonText(answer));
}

function tickMembers({ stock, exchange, price, time }: Tick, decimals: Decimals | undefined): object {
  return {
    stock_name: stock,
    exchange_name: exchange,
    price: decimalWriter(decimals)(price),
    timestamp: formatMicros(time),
  };
}

function stockMembers(stock: StockOverview, decimals: Decimals | undefined): object {
  return { ...tickMembers(stock, decimals), first_time: formatMicros(stock.firstTime), count: stock.count };
}
