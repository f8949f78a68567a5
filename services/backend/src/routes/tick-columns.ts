import type { ColumnFormat } from '@tickwatch/core';
import type { MarketChunk, MarketQuestion, TickReader } from '@tickwatch/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { writeMarketColumns } from '../columns/column-writers.ts';
import { MoreDigitsError, PriceDigits } from '../columns/price-digits.ts';
import { type ColumnFiles, sendColumns } from '../http/column-answer.ts';
import type { AskedRange } from '../http/completeness.ts';
import type { Decimals } from '../http/json-text.ts';
import { linkNext } from '../http/link-next.ts';
import { writeMarketCursor } from '../http/market-cursor.ts';

export interface TickColumns {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly question: MarketQuestion;
  readonly range: AskedRange;
  readonly format: ColumnFormat;
  readonly decimals: Decimals;
  /** `undefined`: the whole range. */
  readonly page: { readonly limit: number; readonly after: MarketQuestion['after'] } | undefined;
}

/** Ticks of many stocks as a file of columns. */
export function sendTickColumns(reader: TickReader, files: ColumnFiles, asked: TickColumns): Promise<FastifyReply> {
  const { request, reply, question, range, format, decimals, page } = asked;
  const digits = new PriceDigits();
  const named = { request, reply, format, name: 'ticks', asked: { question, decimals, page } };
  return sendColumns(files, named, async (signal) => {
    if (page === undefined) {
      const { reach, missing, chunks } = await reader.market(question, { signal });
      return { question: range, reach, missing, pieces: streamed(format, chunks, digits, decimals) };
    }
    const { reach, missing, chunks, next } = await reader.marketPage({ ...question, ...page }, { signal });
    for (const chunk of chunks) digits.add(chunk);
    return {
      question: range,
      reach,
      missing,
      pieces: writeMarketColumns(format, inTurn(chunks), digits.kind(decimals)),
      head: (reply) => {
        if (next !== undefined) linkNext(reply.request, reply, writeMarketCursor(next, question));
      },
    };
  });
}

async function* inTurn(chunks: readonly MarketChunk[]): AsyncGenerator<MarketChunk> {
  yield* chunks;
}

/**
 * A file whose prices are not known before they are read. Its column is made for the digits of the first ticks, and of those that
 * an earlier try has read.
 * @param digits learns them all
 * @throws MoreDigitsError others came: the file is to be begun anew
 */
async function* streamed(
  format: ColumnFormat,
  chunks: AsyncIterable<MarketChunk>,
  digits: PriceDigits,
  decimals: Decimals,
): AsyncGenerator<Uint8Array> {
  const all = chunks[Symbol.asyncIterator]();
  try {
    const first = await all.next();
    if (first.done !== true) digits.add(first.value);
    const kind = digits.kind(decimals);
    const rest = async function* (): AsyncGenerator<MarketChunk> {
      for (let next = first; next.done !== true; next = await all.next()) {
        digits.add(next.value);
        if (!digits.fit(kind)) await learnTheRest(all, digits);
        yield next.value;
      }
    };
    yield* writeMarketColumns(format, rest(), kind);
  } finally {
    await all.return?.();
  }
}

/** @throws MoreDigitsError always */
async function learnTheRest(all: AsyncIterator<MarketChunk>, digits: PriceDigits): Promise<never> {
  for (let next = await all.next(); next.done !== true; next = await all.next()) digits.add(next.value);
  throw new MoreDigitsError();
}
