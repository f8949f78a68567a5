import type { EpochMicros } from '@tickwatch/core';
import type { MarketQuestion, TickReader } from '@tickwatch/store';
import type { ReadPage } from './read-ahead.ts';

/** The ticks of a question, page by page, each a question of its own: nothing is held open between them. */
export function readPages(reader: Pick<TickReader, 'marketPage'>, question: MarketQuestion): ReadPage {
  return async ({ from, after, limit }, signal) => {
    const asked = { ...question, from: from as EpochMicros, after, limit };
    const { chunks, next, missing } = await reader.marketPage(asked, { signal });
    return { chunks, next, isComplete: missing.complete };
  };
}
