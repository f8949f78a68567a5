import type { Calendars } from '@tickwatch/core';
import { UdfConfig, UdfSearchQuery, UdfSearchResult } from '@tickwatch/core/http';
import type { TickReader } from '@tickwatch/store';
import { Type } from 'typebox';
import type { App } from '../http/app.ts';
import { leaveSignal } from '../http/leave-signal.ts';
import { JSON_TYPE, routeSchema } from '../http/route-schema.ts';
import { udfHistoryRoute } from './udf-history-route.ts';
import { RESOLUTIONS } from './udf-resolutions.ts';
import { udfSymbolsRoute } from './udf-symbols-route.ts';

const tag = 'TradingView UDF';

/** TradingView's Universal Data Feed: any chart that speaks it can read Tickwatch. */
export function udfRoutes(app: App, reader: TickReader, calendars: Calendars): void {
  app.get(
    '/api/udf/config',
    { schema: routeSchema({ tag, summary: 'What the feed can do', answer: UdfConfig }) },
    async (_request, reply) => {
      const { value: exchanges } = await reader.exchanges({ signal: leaveSignal(reply) });
      const config: UdfConfig = {
        supported_resolutions: Object.keys(RESOLUTIONS),
        supports_group_request: false,
        supports_marks: false,
        supports_search: true,
        supports_timescale_marks: false,
        supports_time: true,
        exchanges: [
          { value: '', name: 'All exchanges', desc: '' },
          ...exchanges.map((name) => ({ value: name, name, desc: name })),
        ],
        symbols_types: [
          { value: '', name: 'All types' },
          { value: 'stock', name: 'Stock' },
        ],
      };
      return reply.type(JSON_TYPE).send(JSON.stringify(config));
    },
  );

  app.get(
    '/api/udf/time',
    {
      schema: {
        ...routeSchema({ tag, summary: 'The server’s time in seconds', answer: Type.Integer() }),
        response: { 200: { description: 'Seconds', content: { 'text/plain': { schema: Type.String() } } } },
      },
    },
    async (_request, reply) =>
      reply
        .header('cache-control', 'no-store')
        .type('text/plain; charset=utf-8')
        .send(String(Math.floor(Date.now() / 1000))),
  );

  app.get(
    '/api/udf/search',
    {
      schema: {
        querystring: UdfSearchQuery,
        ...routeSchema({ tag, summary: 'Find symbols', answer: UdfSearchResult }),
      },
    },
    async (request, reply) => {
      const { query = '', type = '', exchange = '', limit = 30 } = request.query;
      const wanted = { text: query, exchange: exchange || undefined, limit };
      const { value } = await reader.search(wanted, { signal: leaveSignal(reply) });
      const found = type === '' || type === 'stock' ? value : [];
      const result: UdfSearchResult = found.map(({ stock, exchange }) => ({
        symbol: stock,
        full_name: `${exchange}:${stock}`,
        description: stock,
        exchange,
        ticker: `${exchange}:${stock}`,
        type: 'stock',
      }));
      return reply.type(JSON_TYPE).send(JSON.stringify(result));
    },
  );

  udfSymbolsRoute(app, reader, calendars);
  udfHistoryRoute(app, reader);
}
