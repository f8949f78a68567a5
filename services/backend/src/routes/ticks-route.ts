import { Readable } from 'node:stream';
import { type EpochMicros, isColumnFormat, type TextFormat } from '@tickwatch/core';
import { MarketTicks, PRICE_FORMATS, TicksQuery } from '@tickwatch/core/http';
import type { MarketQuestion, TickReader } from '@tickwatch/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { leave } from '../columns/column-writers.ts';
import { chooseFormat, TEXT_TYPES } from '../http/answer-format.ts';
import type { App } from '../http/app.ts';
import { isKnown } from '../http/caching.ts';
import type { ColumnFiles } from '../http/column-answer.ts';
import { type AskedRange, completenessHeaders } from '../http/completeness.ts';
import { isSpreadsheetSafe } from '../http/csv-safe.ts';
import { leaveSignal } from '../http/leave-signal.ts';
import { linkNext } from '../http/link-next.ts';
import { readMarketCursor, writeMarketCursor } from '../http/market-cursor.ts';
import { MarketText, type MarketTextForm } from '../http/market-text.ts';
import { type Bounds, readBounds } from '../http/moment.ts';
import { reachHeaders } from '../http/reach-headers.ts';
import { routeSchema } from '../http/route-schema.ts';
import { sendText } from '../http/send-text.ts';
import { readStockNames } from '../http/stock-names.ts';
import { sendTickColumns } from './tick-columns.ts';

/** Ticks of a page when there is a cursor and no limit. */
const DEFAULT_PAGE_TICKS = 1000;

export function ticksRoute(app: App, reader: TickReader, files: ColumnFiles): void {
  app.get(
    '/api/ticks',
    {
      schema: {
        querystring: TicksQuery,
        ...routeSchema({
          tag: 'prices',
          summary: 'All ticks of many stocks in the order in which they arrived',
          description:
            'The whole range of all stocks, or of those that are asked for, both ends inclusive, streamed at the pace of whoever reads; or with `limit` a page. A tick that came late, behind newer ones of its lane, is where it came and keeps its own time stamp; one that came more than five seconds late, or from a file, is at its own time. A stream that breaks off in the middle ends without its closing bracket and without its last chunk.',
          answer: MarketTicks,
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
      const bounds = readBounds(query);
      const stocks = readStockNames(query.stocks);
      const question = questionOf(bounds, query.exchange, stocks);
      const range = { ...bounds, exchange: query.exchange, stock: stocks?.length === 1 ? stocks[0] : undefined };
      const format = chooseFormat(PRICE_FORMATS, query.format, request.headers.accept);
      const decimals = query.decimals ?? 'number';
      const spreadsheetSafe = isSpreadsheetSafe(query.csv_safe, format);
      const page = pageOf(query, question);
      if (isColumnFormat(format)) {
        return await sendTickColumns(reader, files, { request, reply, question, range, format, decimals, page });
      }
      const answer = { request, reply, question, range, format, text: { format, decimals, spreadsheetSafe } };
      return page === undefined ? await sendAll(reader, answer) : await sendPage(reader, answer, page);
    },
  );
}

function questionOf(
  { start, end }: Bounds,
  exchange: string | undefined,
  stocks: readonly string[] | undefined,
): MarketQuestion {
  const from = start ?? (Number.NEGATIVE_INFINITY as EpochMicros);
  return { from, until: end === undefined ? Number.POSITIVE_INFINITY : end + 1, exchange, stocks };
}

/** @throws ParameterError the cursor is none of this question */
function pageOf({ limit, cursor }: TicksQuery, question: MarketQuestion) {
  if (limit === undefined && cursor === undefined) return undefined;
  const after = cursor === undefined ? undefined : readMarketCursor(cursor, question);
  return { limit: limit ?? DEFAULT_PAGE_TICKS, after };
}

interface TicksAnswer {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly question: MarketQuestion;
  readonly range: AskedRange;
  readonly format: TextFormat;
  readonly text: MarketTextForm;
}

async function sendAll(reader: TickReader, answer: TicksAnswer): Promise<FastifyReply> {
  const { request, reply, question, range, format, text } = answer;
  const { reach, missing, chunks } = await reader.market(question, { signal: leaveSignal(reply) });
  reachHeaders(reply, reach);
  completenessHeaders(reply, missing, range);
  isKnown(request, reply, { body: undefined, reach, end: range.end, missing });
  if (request.method === 'HEAD') {
    await leave(chunks);
    return reply.type(TEXT_TYPES[format]).send();
  }
  return await sendText(request, reply, TEXT_TYPES[format], Readable.from(new MarketText(text).pieces(chunks), BYTES));
}

const BYTES = { objectMode: false, highWaterMark: 1 << 18 };

async function sendPage(
  reader: TickReader,
  answer: TicksAnswer,
  page: { readonly limit: number; readonly after: MarketQuestion['after'] },
): Promise<FastifyReply> {
  const { request, reply, question, range, format, text } = answer;
  const asked = { signal: leaveSignal(reply) };
  const { reach, missing, chunks, next } = await reader.marketPage({ ...question, ...page }, asked);
  reachHeaders(reply, reach);
  const cursor = next && writeMarketCursor(next, question);
  if (cursor !== undefined) linkNext(request, reply, cursor);
  completenessHeaders(reply, missing, range);
  const pieces: Buffer[] = [];
  for await (const piece of new MarketText(text).pieces(chunks)) pieces.push(piece);
  const body = Buffer.concat(pieces);
  if (isKnown(request, reply, { body, reach, end: range.end, missing, also: cursor })) return reply.code(304).send();
  return await sendText(request, reply, TEXT_TYPES[format], body);
}
