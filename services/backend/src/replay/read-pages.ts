import type { EpochMicros } from '@tickwatch/core';
import type { MarketQuestion, TickReader } from '@tickwatch/store';
import type { ReadPage } from './read-ahead.ts';

/** The ticks of a question, page by page, each a question of its own: nothing is held open between them. */
export function readPages(reader: Pick<TickReader, 'marketPage'>, question: MarketQuestion): ReadPage {
  return ({ from, after, limit }, signal) =>
    reader.marketPage({ ...question, from: from as EpochMicros, after, limit }, { signal });
}
