import type { ColumnFormat, Tick } from '@tickwatch/core';
import { ofSingleTicks, type PageKey, type RangeQuestion, type TickReader } from '@tickwatch/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { inOneChunk, kindOfSummaries, leave, ofStock, writeTickColumns } from '../columns/column-writers.ts';
import { priceKind } from '../columns/price-kind.ts';
import { type ColumnFiles, sendColumns } from '../http/column-answer.ts';
import { writeCursor } from '../http/cursor.ts';
import type { Decimals } from '../http/json-text.ts';
import { linkNext } from '../http/link-next.ts';

/** What of the range is asked for. */
export type PriceExtent =
  | { readonly extent: 'all'; readonly order: 'asc' | 'desc' }
  | { readonly extent: 'points'; readonly points: number }
  | {
      readonly extent: 'page';
      readonly order: 'asc' | 'desc';
      readonly limit: number;
      readonly after: PageKey | undefined;
    };

export interface PriceColumns {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly question: RangeQuestion;
  readonly format: ColumnFormat;
  readonly decimals: Decimals;
  readonly extent: PriceExtent;
}

/** Ticks as a file of columns. */
export function sendPriceColumns(reader: TickReader, files: ColumnFiles, asked: PriceColumns): Promise<FastifyReply> {
  const { request, reply, question, format, decimals, extent } = asked;
  const { stock } = question;
  const few = (ticks: readonly Tick[]) => {
    const kind = priceKind(
      ticks.map(({ price }) => price),
      decimals,
    );
    return writeTickColumns(format, inOneChunk(stock, ticks), kind, 1);
  };
  const named = { request, reply, format, name: stock, asked: { question, decimals, extent } };
  return sendColumns(files, named, async (signal) => {
    if (extent.extent === 'points') {
      const { reach, summary, value } = await reader.points(question, extent.points, { signal });
      return {
        question,
        reach,
        missing: ofSingleTicks(summary.missing, reach, question),
        pieces: few(value.ticks),
        head: (reply) => void reply.header('X-Resolution', value.reduced ? 'reduced' : 'raw'),
      };
    }
    if (extent.extent === 'page') {
      const { reach, value } = await reader.page(question, extent, { signal });
      const { next } = value;
      return {
        question,
        reach,
        missing: ofSingleTicks(value.missing, reach, question),
        pieces: few(value.ticks),
        head: (reply) => {
          reply.header('cache-control', 'no-store');
          if (next !== undefined) linkNext(reply.request, reply, writeCursor(next, extent.order));
        },
      };
    }
    const { reach, summary, chunks } = await reader.ticks(question, extent, { signal });
    try {
      const kind = kindOfSummaries([summary.row], decimals);
      const missing = ofSingleTicks(summary.missing, reach, question);
      return { question, reach, missing, pieces: writeTickColumns(format, ofStock(stock, chunks), kind, 1) };
    } catch (error) {
      await leave(chunks);
      throw error;
    }
  });
}
