import { Readable } from 'node:stream';
import { type CalendarOf, formatMicros, isColumnFormat, LAST_SEQ_HEADER, LAST_TICK_HEADER } from '@tickwatch/core';
import { CANDLE_FORMATS, Candles, CandlesQuery, StockParams } from '@tickwatch/core/http';
import type { PriceCandle, Summary, TickReader } from '@tickwatch/store';
import type { FastifyReply } from 'fastify';
import { writeCandleColumns } from '../columns/column-writers.ts';
import { chooseFormat } from '../http/answer-format.ts';
import type { App } from '../http/app.ts';
import { isKnown } from '../http/caching.ts';
import { type ColumnFiles, sendColumns } from '../http/column-answer.ts';
import { completenessHeaders } from '../http/completeness.ts';
import { type Decimals, decimalWriter, jsonText } from '../http/json-text.ts';
import { leaveSignal } from '../http/leave-signal.ts';
import { readBounds } from '../http/moment.ts';
import { reachHeaders } from '../http/reach-headers.ts';
import { JSON_TYPE, routeSchema } from '../http/route-schema.ts';
import { sendText } from '../http/send-text.ts';
import { readAlignment } from './candle-alignment.ts';

export function candlesRoute(app: App, reader: TickReader, calendarOf: CalendarOf, files: ColumnFiles): void {
  app.get(
    '/api/candles/:stock_name',
    {
      schema: {
        params: StockParams,
        querystring: CandlesQuery,
        ...routeSchema({
          tag: 'prices',
          summary: 'Candles of a stock in a range',
          description:
            'Made of the ticks in the range and of no others: the first and the last candle may hold a part of their interval. `time` is where the interval begins.',
          answer: Candles,
          columns: true,
          cached: true,
          reach: true,
          completeness: true,
          lastTick: true,
        }),
      },
    },
    async (request, reply) => {
      const { exchange, decimals, interval, fill = 'none' } = request.query;
      const stock = request.params.stock_name;
      const signal = leaveSignal(reply);
      const { dates, ...alignment } = await readAlignment({ reader, calendarOf, signal }, stock, request.query);
      const { start, end } = readBounds({ ...request.query, timezone: dates });
      const question = { stock, exchange, start, end };
      const asked = { interval, fill, ...alignment };
      const format = chooseFormat(CANDLE_FORMATS, request.query.format, request.headers.accept);
      if (isColumnFormat(format)) {
        const { calendar, ...rest } = asked;
        // The calendar follows from how the request aligns, and is no plain value.
        const key = { question, decimals, ...rest, align: calendar === undefined ? undefined : request.query.align };
        return await sendColumns(files, { request, reply, format, name: stock, asked: key }, async (signal) => {
          const { reach, summary, value } = await reader.candles(question, asked, { signal });
          const bytes = writeCandleColumns(format, value, decimals ?? 'number');
          return {
            question,
            reach,
            missing: summary.missing,
            pieces: Readable.from([bytes]),
            head: (reply) => lastTickHeaders(reply, summary, value),
          };
        });
      }
      const { reach, summary, value } = await reader.candles(question, asked, { signal });
      const { missing } = summary;
      reachHeaders(reply, reach);
      completenessHeaders(reply, missing, question);
      lastTickHeaders(reply, summary, value);
      const text = writeCandles(value, decimals);
      if (isKnown(request, reply, { body: text, reach, end, missing })) return reply.code(304).send();
      return await sendText(request, reply, JSON_TYPE, text);
    },
  );
}

function lastTickHeaders(reply: FastifyReply, { row }: Summary, candles: readonly PriceCandle[]): void {
  if (row !== undefined) reply.header(LAST_TICK_HEADER, formatMicros(row.closeTime));
  const last = candles.findLast(({ count }) => count > 0);
  if (last !== undefined) reply.header(LAST_SEQ_HEADER, last.closeSeq);
}

function writeCandles(candles: readonly PriceCandle[], decimals: Decimals | undefined): string {
  const write = decimalWriter(decimals);
  const number = (digits: string | null): string => (digits === null ? 'null' : jsonText(write(digits)));
  const rows = candles.map(
    ({ time, open, high, low, close, count, average, complete }) =>
      `{"time":"${formatMicros(time)}","open":${number(open)},"high":${number(high)},"low":${number(low)},"close":${number(close)},"count":${count},"average":${number(average)},"complete":${complete}}`,
  );
  return `[${rows.join('\n,')}]`;
}
