import {
  type CandleInterval,
  candleAt,
  candleGrid,
  candleStarts,
  type EpochMicros,
  MICROS_PER_SECOND,
} from '@tickwatch/core';
import { UdfHistory, UdfHistoryQuery } from '@tickwatch/core/http';
import { BadQuestionError, type Completeness, type PriceCandle, type Reach, type TickReader } from '@tickwatch/store';
import type { App } from '../http/app.ts';
import { completenessHeaders } from '../http/completeness.ts';
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
          completeness: true,
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
        const { reach, candles, missing, start } =
          countback === undefined
            ? await barsWithin(reader, found, interval, span, signal)
            : await newestBars(reader, found, interval, span, countback, signal);
        reachHeaders(reply, reach);
        completenessHeaders(reply, missing, { ...found, start, end: Math.max(0, span.end) as EpochMicros });
        if (candles.length > 0) return await sendText(request, reply, JSON_TYPE, writeBars(candles));
        if (countback !== undefined) return reply.send(JSON.stringify({ s: 'no_data' }));
        const end = (span.start - 1) as EpochMicros;
        const [before] = (await reader.newestCandles({ ...found, end }, interval, 1, { signal })).value.candles;
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

/** Bars, and what is missing from a moment (`undefined`: from the begin of history) to the end of their span. */
interface Bars {
  readonly reach: Reach;
  readonly candles: readonly PriceCandle[];
  readonly missing: Completeness;
  readonly start: EpochMicros | undefined;
}

async function barsWithin(
  reader: TickReader,
  { stock, exchange }: UdfStock,
  interval: CandleInterval,
  { start, end }: BarSpan,
  signal: AbortSignal,
): Promise<Bars> {
  const question = { stock, exchange, start, end: Math.max(start, end) as EpochMicros };
  const asked = { interval, fill: 'none', timeZone: 'UTC' } as const;
  const { reach, summary, value } = await reader.candles(question, asked, { signal });
  return { reach, candles: end < start ? [] : value, missing: summary.missing, start };
}

async function newestBars(
  reader: TickReader,
  found: UdfStock,
  interval: CandleInterval,
  { end }: BarSpan,
  count: number,
  signal: AbortSignal,
): Promise<Bars> {
  const { reach, value } = await reader.newestCandles({ ...found, end }, interval, count, { signal });
  return { reach, ...value, start: value.candles[0]?.time };
}

function writeBars(candles: readonly PriceCandle[]): string {
  const column = (member: 'open' | 'high' | 'low' | 'close') =>
    candles.map((candle) => new ExactNumber(candle[member] ?? '0'));
  const t = candles.map(({ time }) => time / MICROS_PER_SECOND);
  const v = candles.map(({ count }) => count);
  return jsonText({ s: 'ok', t, o: column('open'), h: column('high'), l: column('low'), c: column('close'), v });
}
