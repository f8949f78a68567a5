import { type EpochMicros, formatMicros } from '@tickwatch/core';
import { Average, AverageQuery, StockParams } from '@tickwatch/core/http';
import { decimalMean, type Summary, type TickReader, timeWeightedMean } from '@tickwatch/store';
import type { App } from '../http/app.ts';
import { isKnown } from '../http/caching.ts';
import { completenessHeaders, completenessMembers } from '../http/completeness.ts';
import { type Decimals, decimalWriter, jsonText } from '../http/json-text.ts';
import { leaveSignal } from '../http/leave-signal.ts';
import { readBounds } from '../http/moment.ts';
import { reachHeaders } from '../http/reach-headers.ts';
import { JSON_TYPE, routeSchema } from '../http/route-schema.ts';
import { sendText } from '../http/send-text.ts';

export function averageRoute(app: App, reader: TickReader): void {
  app.get(
    '/api/average/:stock_name',
    {
      schema: {
        params: StockParams,
        querystring: AverageQuery,
        ...routeSchema({
          tag: 'prices',
          summary: 'Exact average and more of a stock in a range',
          description:
            'Costs the same for an hour and a year: whole minutes, hours and days are summed up already, single ticks are read only at the two edges. A feed that publishes only on moves makes the plain mean lean to busy moments; `time_weighted_average` does not.',
          answer: Average,
          cached: true,
          reach: true,
          completeness: true,
        }),
      },
    },
    async (request, reply) => {
      const { exchange, decimals } = request.query;
      const { start, end } = readBounds(request.query);
      const stock = request.params.stock_name;
      const question = { stock, exchange, start, end };
      const { reach, value } = await reader.summary(question, { signal: leaveSignal(reply) });
      const { missing } = value;
      reachHeaders(reply, reach);
      completenessHeaders(reply, missing, question);
      const asked = { ...question, rawFrom: reach.rawFrom };
      const text = jsonText(averageOf(asked, value, decimals));
      if (isKnown(request, reply, { body: text, reach, end, missing })) return reply.code(304).send();
      return await sendText(request, reply, JSON_TYPE, text);
    },
  );
}

interface Asked {
  readonly stock: string;
  readonly exchange: string | undefined;
  readonly start: EpochMicros | undefined;
  readonly end: EpochMicros | undefined;
  readonly rawFrom: EpochMicros | undefined;
}

function averageOf(asked: Asked, summary: Summary, decimals: Decimals | undefined): object {
  const { row, span } = summary;
  const write = decimalWriter(decimals);
  const number = (digits: string | undefined) => (digits === undefined ? null : write(digits));
  const time = (micros: EpochMicros | undefined) => (micros === undefined ? null : formatMicros(micros));
  return {
    stock_name: asked.stock,
    exchange_name: asked.exchange ?? null,
    start_time: time(asked.start === undefined ? undefined : (span.from as EpochMicros)),
    end_time: time(asked.end === undefined ? undefined : ((span.until - 1) as EpochMicros)),
    average_price: number(row && decimalMean(row.sum, String(row.count))),
    count: row?.count ?? 0,
    min: number(row?.low),
    max: number(row?.high),
    first: number(row?.open),
    last: number(row?.close),
    first_time: time(row?.openTime),
    last_time: time(row?.closeTime),
    time_weighted_average: number(timeWeightedMean(summary)),
    raw_from: time(asked.rawFrom),
    ...completenessMembers(summary.missing),
  };
}
