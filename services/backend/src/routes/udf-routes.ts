import {
  CANDLE_INTERVALS,
  type CandleInterval,
  type EpochMicros,
  MICROS_PER_SECOND,
  UdfConfig,
  UdfHistory,
  UdfHistoryQuery,
  UdfSearchQuery,
  UdfSearchResult,
  UdfSymbol,
  UdfSymbolQuery,
} from '@tickwatch/core';
import type { StockOverview, TickReader } from '@tickwatch/store';
import { Type } from 'typebox';
import type { App } from '../http/app.ts';
import { ExactNumber, jsonText } from '../http/json-text.ts';
import { leaveSignal } from '../http/leave-signal.ts';
import { NotFoundError } from '../http/problem-reply.ts';
import { reachHeaders } from '../http/reach-headers.ts';
import { JSON_TYPE, routeSchema } from '../http/route-schema.ts';
import { sendText } from '../http/send-text.ts';

/** TradingView's names for widths of candles. */
const RESOLUTIONS: Readonly<Record<string, CandleInterval>> = {
  '1S': '1s',
  '5S': '5s',
  '1': '1m',
  '5': '5m',
  '15': '15m',
  '60': '1h',
  '240': '4h',
  '1D': '1d',
  D: '1d',
};
const OFFERED = Object.keys(RESOLUTIONS).filter((name) => name !== 'D');

const tag = 'TradingView UDF';

/** TradingView's Universal Data Feed: any chart that speaks it can read Tickwatch. */
export function udfRoutes(app: App, reader: TickReader): void {
  app.get(
    '/api/udf/config',
    { schema: routeSchema({ tag, summary: 'What the feed can do', answer: UdfConfig }) },
    async (_request, reply) => {
      const { value: exchanges } = await reader.exchanges({ signal: leaveSignal(reply) });
      const config: UdfConfig = {
        supported_resolutions: OFFERED,
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
    async (_request, reply) => reply.type('text/plain; charset=utf-8').send(String(Math.floor(Date.now() / 1000))),
  );

  app.get(
    '/api/udf/symbols',
    {
      schema: {
        querystring: UdfSymbolQuery,
        ...routeSchema({
          tag,
          summary: 'What is known of a symbol',
          description: 'A symbol is `AAPL`, or `NASDAQ:AAPL` for one exchange alone.',
          answer: UdfSymbol,
        }),
      },
    },
    async (request, reply) => {
      const { symbol } = request.query;
      const found = await findStock(reader, symbol, leaveSignal(reply));
      if (found === undefined) throw new NotFoundError(`there is no symbol ${symbol}`);
      return reply.type(JSON_TYPE).send(JSON.stringify(udfSymbol(symbol, found)));
    },
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

  app.get(
    '/api/udf/history',
    {
      schema: {
        querystring: UdfHistoryQuery,
        ...routeSchema({
          tag,
          summary: 'Bars of a symbol',
          answer: UdfHistory,
          reach: true,
        }),
      },
    },
    async (request, reply) => {
      const { symbol, resolution, from, to, countback } = request.query;
      const interval = RESOLUTIONS[resolution.toUpperCase()];
      const failed = (errmsg: string): string => JSON.stringify({ s: 'error', errmsg });
      reply.type(JSON_TYPE).header('cache-control', 'no-store');
      if (interval === undefined) return reply.send(failed(`resolution is one of ${OFFERED.join(', ')}`));
      if (from > to) return reply.send(failed('from lies after to'));
      const signal = leaveSignal(reply);
      const found = await findStock(reader, symbol, signal);
      if (found === undefined) return reply.send(failed('unknown symbol'));
      const span = wholeBars(CANDLE_INTERVALS[interval], { from, to, countback });
      const question = { stock: found.stock, exchange: exchangeOf(symbol, found), ...span };
      const candles = { interval, fill: 'none', timeZone: 'UTC' } as const;
      const { reach, value = [] } = await reader.candles(question, candles, { signal });
      reachHeaders(reply, reach);
      if (value.length === 0) {
        const before = await reader.asOf({ ...question, time: (span.start - 1) as EpochMicros }, { signal });
        const nextTime = before.value && Math.floor(before.value.time / MICROS_PER_SECOND);
        return reply.send(JSON.stringify({ s: 'no_data', nextTime }));
      }
      const column = (member: 'open' | 'high' | 'low' | 'close') =>
        value.map((candle) => new ExactNumber(candle[member] ?? '0'));
      const t = value.map((candle) => candle.time / MICROS_PER_SECOND);
      const v = value.map((candle) => candle.count);
      const bars = { s: 'ok', t, o: column('open'), h: column('high'), l: column('low'), c: column('close'), v };
      return await sendText(request, reply, JSON_TYPE, jsonText(bars));
    },
  );
}

interface Bars {
  readonly from: number;
  readonly to: number;
  readonly countback: number | undefined;
}

/** Bars are asked for by their start, `to` itself excluded, and must be whole; `countback` counts them back from `to`. */
function wholeBars(seconds: number, { from, to, countback }: Bars): { start: EpochMicros; end: EpochMicros } {
  const until = Math.ceil(to / seconds) * seconds;
  const first = Math.ceil(from / seconds) * seconds;
  const start = Math.max(0, countback === undefined ? first : Math.min(first, until - countback * seconds));
  const end = Math.max(start * MICROS_PER_SECOND, until * MICROS_PER_SECOND - 1);
  return { start: (start * MICROS_PER_SECOND) as EpochMicros, end: end as EpochMicros };
}

/** A stock may have a colon in its name, so that the whole symbol is looked for first. */
async function findStock(reader: TickReader, symbol: string, signal: AbortSignal): Promise<StockOverview | undefined> {
  const whole = await reader.stocks({ stock: symbol }, { signal });
  if (whole.value[0] !== undefined) return whole.value[0];
  const colon = symbol.indexOf(':');
  if (colon < 1) return undefined;
  const [exchange, stock] = [symbol.slice(0, colon), symbol.slice(colon + 1)];
  const { value } = await reader.stocks({ stock, exchange }, { signal });
  return value[0];
}

/** The exchange that a symbol limits itself to. */
function exchangeOf(symbol: string, found: StockOverview): string | undefined {
  return symbol === found.stock ? undefined : found.exchange;
}

function udfSymbol(symbol: string, { stock, exchange, price }: StockOverview): UdfSymbol {
  return {
    name: stock,
    ticker: symbol,
    description: stock,
    type: 'stock',
    session: '24x7',
    timezone: 'Etc/UTC',
    exchange,
    listed_exchange: exchange,
    minmov: 1,
    pricescale: 10 ** Math.min(12, Math.max(2, price.split('.')[1]?.length ?? 0)),
    has_intraday: true,
    has_seconds: true,
    seconds_multipliers: ['1', '5'],
    has_daily: true,
    has_weekly_and_monthly: false,
    supported_resolutions: OFFERED,
    volume_precision: 0,
    data_status: 'streaming',
    format: 'price',
  };
}
