import { formatMicros } from '@tickwatch/core';
import { Outliers, OutliersQuery, StockParams } from '@tickwatch/core/http';
import type { TickReader } from '@tickwatch/store';
import type { App } from '../http/app.ts';
import { decimalWriter, jsonText } from '../http/json-text.ts';
import { leaveSignal } from '../http/leave-signal.ts';
import { readBounds } from '../http/moment.ts';
import { JSON_TYPE, routeSchema } from '../http/route-schema.ts';
import { sendText } from '../http/send-text.ts';

export function outliersRoute(app: App, reader: TickReader): void {
  app.get(
    '/api/outliers/:stock_name',
    {
      schema: {
        params: StockParams,
        querystring: OutliersQuery,
        ...routeSchema({
          tag: 'prices',
          summary: 'Ticks of a stock that are far from the usual',
          description:
            'Marked when they are stored, by the median of the prices before them and its deviation. Nothing is repaired: they are in every price, average and candle. Of a stock at most ten a minute are marked.',
          answer: Outliers,
        }),
      },
    },
    async (request, reply) => {
      const { exchange, decimals } = request.query;
      const stock = request.params.stock_name;
      const question = { stock, exchange, ...readBounds(request.query) };
      const marked = await reader.outliers(question, { signal: leaveSignal(reply) });
      const write = decimalWriter(decimals);
      const answer = marked.map(({ time, exchange: name, price, median, deviation }) => ({
        timestamp: formatMicros(time),
        stock_name: stock,
        exchange_name: name,
        price: write(price),
        median: write(median),
        deviation: write(deviation),
      }));
      reply.header('cache-control', 'no-store');
      return await sendText(request, reply, JSON_TYPE, jsonText(answer));
    },
  );
}
