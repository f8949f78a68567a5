import { isColumnFormat, type TextFormat, type Tick } from '@tickwatch/core';
import { MAX_PAGE_ROWS, PRICE_FORMATS, Prices, PricesQuery, StockParams } from '@tickwatch/core/http';
import { ofSingleTicks, type PageKey, type RangeQuestion, type TickReader } from '@tickwatch/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { chooseFormat, TEXT_TYPES } from '../http/answer-format.ts';
import type { App } from '../http/app.ts';
import { isKnown } from '../http/caching.ts';
import type { ColumnFiles } from '../http/column-answer.ts';
import { completenessHeaders } from '../http/completeness.ts';
import { isSpreadsheetSafe } from '../http/csv-safe.ts';
import { readCursor, writeCursor } from '../http/cursor.ts';
import type { Decimals } from '../http/json-text.ts';
import { leaveSignal } from '../http/leave-signal.ts';
import { linkNext } from '../http/link-next.ts';
import { readBounds } from '../http/moment.ts';
import { ParameterError } from '../http/problem-reply.ts';
import { reachHeaders } from '../http/reach-headers.ts';
import { routeSchema } from '../http/route-schema.ts';
import { sendText } from '../http/send-text.ts';
import { writeTicks } from '../http/write-ticks.ts';
import { type PriceExtent, sendPriceColumns } from './price-columns.ts';

/** Rows of a page when there is a cursor and no limit. */
const DEFAULT_PAGE_ROWS = 1000;

export function pricesRoute(app: App, reader: TickReader, files: ColumnFiles): void {
  app.get(
    '/api/prices/:stock_name',
    {
      schema: {
        params: StockParams,
        querystring: PricesQuery,
        ...routeSchema({
          tag: 'prices',
          summary: 'All prices of a stock in a range',
          description:
            'Ascending by time, those of one time stamp in the order in which they came, both ends inclusive, the whole range, streamed. An unknown stock has none. A stream that breaks off in the middle ends without its closing bracket and without its last chunk.',
          answer: Prices,
          otherTypes: ['application/x-ndjson', 'text/csv'],
          columns: true,
          cached: true,
          reach: true,
          completeness: true,
        }),
      },
    },
    async (request, reply) => {
      const { query } = request;
      const { start, end } = readBounds(query);
      const question = { stock: request.params.stock_name, exchange: query.exchange, start, end };
      const format = chooseFormat(PRICE_FORMATS, query.format, request.headers.accept);
      const decimals = query.decimals ?? 'number';
      const spreadsheetSafe = isSpreadsheetSafe(query.csv_safe, format);
      const extent = extentOf(query);
      if (isColumnFormat(format)) {
        return await sendPriceColumns(reader, files, { request, reply, question, format, decimals, extent });
      }
      const answer = { request, reply, question, format, decimals, spreadsheetSafe };
      if (extent.extent === 'points') return await sendPoints(reader, answer, extent.points);
      if (extent.extent === 'all') return await sendAll(reader, answer, extent.order);
      return await sendPage(reader, answer, extent);
    },
  );
}

/** @throws ParameterError some of them exclude each other */
function extentOf(query: PricesQuery): PriceExtent {
  const { limit, cursor, points, order = 'asc' } = query;
  if (points !== undefined) {
    for (const other of ['limit', 'cursor', 'order'] as const) {
      if (query[other] !== undefined) throw new ParameterError(other, `${other} and points exclude each other`);
    }
    return { extent: 'points', points };
  }
  if (limit === undefined && cursor === undefined) return { extent: 'all', order };
  return {
    extent: 'page',
    order,
    limit: limit ?? Math.min(DEFAULT_PAGE_ROWS, MAX_PAGE_ROWS),
    after: cursor === undefined ? undefined : readCursor(cursor, order),
  };
}

interface PriceAnswer {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly question: RangeQuestion;
  readonly format: TextFormat;
  readonly decimals: Decimals;
  readonly spreadsheetSafe: boolean;
}

async function sendAll(reader: TickReader, answer: PriceAnswer, order: 'asc' | 'desc'): Promise<FastifyReply> {
  const { request, reply, question, format, decimals, spreadsheetSafe } = answer;
  const text = { order, format, decimals, spreadsheetSafe } as const;
  const { reach, summary, value } = await reader.prices(question, text, { signal: leaveSignal(reply) });
  const missing = ofSingleTicks(summary.missing, reach, question);
  reachHeaders(reply, reach);
  completenessHeaders(reply, missing, question);
  const body = Buffer.isBuffer(value) ? value : undefined;
  if (isKnown(request, reply, { body, reach, end: question.end, missing })) return reply.code(304).send();
  return await sendText(request, reply, TEXT_TYPES[format], value);
}

async function sendPoints(reader: TickReader, answer: PriceAnswer, points: number): Promise<FastifyReply> {
  const { request, reply, question, format } = answer;
  const { reach, summary, value } = await reader.points(question, points, { signal: leaveSignal(reply) });
  const missing = ofSingleTicks(summary.missing, reach, question);
  reachHeaders(reply, reach);
  completenessHeaders(reply, missing, question);
  reply.header('X-Resolution', value.reduced ? 'reduced' : 'raw');
  const body = textOf(answer, value.ticks);
  if (isKnown(request, reply, { body, reach, end: question.end, missing })) return reply.code(304).send();
  return await sendText(request, reply, TEXT_TYPES[format], body);
}

async function sendPage(
  reader: TickReader,
  answer: PriceAnswer,
  page: { readonly order: 'asc' | 'desc'; readonly limit: number; readonly after: PageKey | undefined },
): Promise<FastifyReply> {
  const { request, reply, question, format } = answer;
  const { reach, value } = await reader.page(question, page, { signal: leaveSignal(reply) });
  reachHeaders(reply, reach);
  reply.header('cache-control', 'no-store');
  if (value.next !== undefined) {
    linkNext(request, reply, writeCursor(value.next, page.order));
  }
  completenessHeaders(reply, ofSingleTicks(value.missing, reach, question), question);
  return await sendText(request, reply, TEXT_TYPES[format], textOf(answer, value.ticks));
}

function textOf({ question, ...text }: PriceAnswer, ticks: readonly Tick[]): string {
  return writeTicks(ticks, question.stock, { ...text, order: 'asc' });
}
