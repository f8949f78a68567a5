import { type Calendars, nowMicros, type WrittenCalendar } from '@tickwatch/core';
import { UdfSymbol, UdfSymbolQuery } from '@tickwatch/core/http';
import type { TickReader } from '@tickwatch/store';
import type { App } from '../http/app.ts';
import { leaveSignal } from '../http/leave-signal.ts';
import { NotFoundError } from '../http/problem-reply.ts';
import { JSON_TYPE, routeSchema } from '../http/route-schema.ts';
import { multipliers, RESOLUTIONS } from './udf-resolutions.ts';
import { udfSession, uncutMinutes } from './udf-session.ts';
import { findUdfStock, type UdfStock } from './udf-symbol.ts';

/** A chart shows at least cents; beyond 15 digits a double holds no more. */
const FEWEST_DECIMALS = 2;
const MOST_DECIMALS = 15;

export function udfSymbolsRoute(app: App, reader: TickReader, calendars: Calendars): void {
  app.get(
    '/api/udf/symbols',
    {
      schema: {
        querystring: UdfSymbolQuery,
        ...routeSchema({
          tag: 'TradingView UDF',
          summary: 'What is known of a symbol',
          description:
            'A symbol is `NASDAQ:AAPL`; a bare `AAPL` is that of the first exchange, by name, that has it. Hours, half days and holidays are those of its exchange (`/api/sessions`); without a calendar it is traded around the clock. One that there isn’t is answered 404, with `s` and `errmsg` as charts expect them.',
          answer: UdfSymbol,
        }),
      },
    },
    async (request, reply) => {
      const found = await findUdfStock(reader, request.query.symbol, leaveSignal(reply));
      if (found === undefined) throw new NotFoundError('unknown_symbol');
      reply.header('cache-control', 'no-store');
      return reply.type(JSON_TYPE).send(JSON.stringify(udfSymbol(found, calendars.of(found.exchange))));
    },
  );
}

function udfSymbol({ stock, exchange, decimals }: UdfStock, calendar: WrittenCalendar | undefined): UdfSymbol {
  return {
    name: stock,
    full_name: `${exchange}:${stock}`,
    ticker: `${exchange}:${stock}`,
    description: stock,
    type: 'stock',
    ...udfSession(calendar),
    exchange,
    listed_exchange: exchange,
    minmov: 1,
    pricescale: 10 ** Math.min(MOST_DECIMALS, Math.max(FEWEST_DECIMALS, decimals)),
    has_intraday: true,
    intraday_multipliers: uncutMinutes(multipliers(''), calendar, nowMicros()),
    has_seconds: true,
    seconds_multipliers: multipliers('S'),
    has_daily: true,
    daily_multipliers: multipliers('D'),
    has_weekly_and_monthly: true,
    weekly_multipliers: multipliers('W'),
    monthly_multipliers: multipliers('M'),
    supported_resolutions: Object.keys(RESOLUTIONS),
    volume_precision: 0,
    data_status: 'streaming',
    format: 'price',
  };
}
