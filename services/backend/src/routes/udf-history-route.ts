import {
  type CandleInterval,
  candleAt,
  candleGrid,
  candleStarts,
  type EpochMicros,
  MICROS_PER_SECOND,
  UdfHistory,
  UdfHistoryQuery,
} from '@tickwatch/core';
import { BadQuestionError, type PriceCandle, type TickReader } from '@tickwatch/store';
import type { App } from '../http/app.ts';
import { ExactNumber, jsonText } from '../http/json-text.ts';
import { leaveSignal } from '../http/leave-signal.ts';
import { quoted } from '../http/problem-reply.ts';
import { reachHeaders } from '../http/reach-headers.ts';
import { JSON_TYPE, routeSchema } from '../http/route-schema.ts';
import { sendText } from '../http/send-text.ts';
import { RESOLUTIONS, readResolution } from './udf-resolutions.ts';
import { findUdfStock, type UdfStock } from './udf-symbol.ts';

export function udfHistoryRoute(app: App, reader: TickReader): void {
  app.get(
    '/api/udf/history',
    {
      schema: {
        querystring: UdfHistoryQuery,
        ...routeSchema({
          tag: 'TradingView UDF',
          summary: 'Bars of a symbol',
          description:
            'Whole bars, aligned to UTC, that begin at `from` or later and before `to`; or, with `countback`, so many of the last before `to`. Volume is the number of ticks.',
          answer: UdfHistory,
          reach: true,
        }),
      },
    },
    async (request, reply) => {
      const { symbol, resolution, from, to, countback } = request.query;
      const failed = (errmsg: string): string => JSON.stringify({ s: 'error', errmsg });
      reply.type(JSON_TYPE).header('cache-control', 'no-store');
      const interval = readResolution(resolution);
      if (interval === undefined) {
        return reply.send(
          failed(`resolution ${quoted(resolution)} is not one of ${Object.keys(RESOLUTIONS).join(', ')}`),
        );
      }
      if (countback === undefined && from === undefined) return reply.send(failed('from or countback is needed'));
      if (countback === undefined && from !== undefined && from > to) {
        return reply.send(failed(`from ${from} lies after to ${to}`));
      }
      const signal = leaveSignal(reply);
      const found = await findUdfStock(reader, symbol, signal);
      if (found === undefined) return reply.send(failed('unknown_symbol'));
      const span = wholeBars(interval, countback === undefined ? (from ?? 0) : 0, to);
      try {
        const { reach, value } =
          countback === undefined
            ? await barsWithin(reader, found, interval, span, signal)
            : await reader.newestCandles({ ...found, end: span.end }, interval, countback, { signal });
        reachHeaders(reply, reach);
        if (value.length > 0) return await sendText(request, reply, JSON_TYPE, writeBars(value));
        if (countback !== undefined) return reply.send(JSON.stringify({ s: 'no_data' }));
        const end = (span.start - 1) as EpochMicros;
        const [before] = (await reader.newestCandles({ ...found, end }, interval, 1, { signal })).value;
        return reply.send(JSON.stringify({ s: 'no_data', nextTime: before && before.time / MICROS_PER_SECOND }));
      } catch (error) {
        if (error instanceof BadQuestionError) return reply.send(failed(error.message));
        throw error;
      }
    },
  );
}

interface BarSpan {
  readonly start: EpochMicros;
  /** Inclusive; before `start` where no bar can be. */
  readonly end: EpochMicros;
}

/** From the first bar that begins at `from` or later to the end of the last that begins before `to`; epoch seconds. */
function wholeBars(interval: CandleInterval, from: number, to: number): BarSpan {
  // No tick is older than 1970.
  const [first, until] = [Math.max(0, from) * MICROS_PER_SECOND, Math.max(0, to) * MICROS_PER_SECOND];
  const grid = candleGrid(interval, {}, first, until);
  const startFrom = (time: number): number =>
    candleStarts(grid, time, Number.POSITIVE_INFINITY, 2).find((start) => start >= time) ?? time;
  const start = startFrom(first);
  const end = until === 0 ? -1 : startFrom(candleAt(grid, until - 1) + 1) - 1;
  return { start: start as EpochMicros, end: end as EpochMicros };
}

async function barsWithin(
  reader: TickReader,
  { stock, exchange }: UdfStock,
  interval: CandleInterval,
  { start, end }: BarSpan,
  signal: AbortSignal,
) {
  const question = { stock, exchange, start, end: Math.max(start, end) as EpochMicros };
  const answer = await reader.candles(question, { interval, fill: 'none', timeZone: 'UTC' }, { signal });
  return end < start ? { ...answer, value: [] } : answer;
}

function writeBars(candles: readonly PriceCandle[]): string {
  const column = (member: 'open' | 'high' | 'low' | 'close') =>
    candles.map((candle) => new ExactNumber(candle[member] ?? '0'));
  const t = candles.map(({ time }) => time / MICROS_PER_SECOND);
  const v = candles.map(({ count }) => count);
  return jsonText({ s: 'ok', t, o: column('open'), h: column('high'), l: column('low'), c: column('close'), v });
}
