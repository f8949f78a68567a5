import {
  type CalendarOf,
  Candles,
  CandlesQuery,
  formatMicros,
  LAST_SEQ_HEADER,
  LAST_TICK_HEADER,
  StockParams,
} from '@tickwatch/core';
import type { PriceCandle, TickReader } from '@tickwatch/store';
import type { App } from '../http/app.ts';
import { isKnown } from '../http/caching.ts';
import { completenessHeaders } from '../http/completeness.ts';
import { type Decimals, decimalWriter, jsonText } from '../http/json-text.ts';
import { leaveSignal } from '../http/leave-signal.ts';
import { readBounds } from '../http/moment.ts';
import { reachHeaders } from '../http/reach-headers.ts';
import { JSON_TYPE, routeSchema } from '../http/route-schema.ts';
import { sendText } from '../http/send-text.ts';
import { readAlignment } from './candle-alignment.ts';

export function candlesRoute(app: App, reader: TickReader, calendarOf: CalendarOf): void {
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
      const { reach, summary, value } = await reader.candles(question, { interval, fill, ...alignment }, { signal });
      const { missing } = summary;
      reachHeaders(reply, reach);
      completenessHeaders(reply, missing, question);
      if (summary.row !== undefined) reply.header(LAST_TICK_HEADER, formatMicros(summary.row.closeTime));
      const last = value.findLast(({ count }) => count > 0);
      if (last !== undefined) reply.header(LAST_SEQ_HEADER, last.closeSeq);
      const text = writeCandles(value, decimals);
      if (isKnown(request, reply, { body: text, reach, end, missing })) return reply.code(304).send();
      return await sendText(request, reply, JSON_TYPE, text);
    },
  );
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
