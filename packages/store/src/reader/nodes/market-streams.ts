import type { MarketStream } from '../market/market-answer.ts';
import type { MarketChunk, MarketQuestion } from '../market/market-chunk.ts';
import { marketMissing } from '../market/market-missing.ts';
import { ReadTimeoutError } from '../read-errors.ts';
import type { MarketAnswer } from '../tick-reader.ts';
import { joinReach } from './join-reach.ts';
import { firstHead, type MarketHead, MarketJoiner } from './market-joiner.ts';

/** Ticks of one chunk. */
const CHUNK_TICKS = 16_384;

/**
 * Joins the ticks of several nodes. They are opened one after the other, in the order of nodes: two askers who each hold
 * a part of the connections never wait for each other.
 */
export async function joinStreams(
  question: MarketQuestion,
  stallMs: number,
  indexes: readonly number[],
  open: (index: number) => Promise<MarketStream>,
): Promise<MarketAnswer & { readonly chunks: AsyncIterable<MarketChunk> }> {
  const streams: MarketStream[] = [];
  const close = async (): Promise<void> => {
    for (const stream of streams) await stream.close();
  };
  try {
    for (const index of indexes.toSorted((a, b) => a - b)) streams.push(await open(index));
  } catch (error) {
    await close();
    throw error;
  }
  const chunks = joined(streams, stallMs, close);
  // Whoever does not even begin to read stalls, too.
  const timer = setTimeout(() => void close(), stallMs);
  return {
    reach: joinReach(streams.map(({ reach }) => reach)),
    missing: marketMissing(
      streams.map(({ facts }) => facts),
      question,
    ),
    chunks: {
      [Symbol.asyncIterator]() {
        clearTimeout(timer);
        return chunks;
      },
    },
  };
}

async function* joined(
  streams: readonly MarketStream[],
  stallMs: number,
  close: () => Promise<void>,
): AsyncGenerator<MarketChunk, void, undefined> {
  const joiner = new MarketJoiner();
  const sources = streams.map(({ chunks }) => chunks[Symbol.asyncIterator]());
  const next = async (source: AsyncIterator<MarketChunk> | undefined): Promise<MarketHead | undefined> => {
    const result = await source?.next();
    return result === undefined || result.done === true ? undefined : { chunk: result.value, at: 0 };
  };
  let stalled = false;
  let timer: NodeJS.Timeout | undefined;
  try {
    const heads = await Promise.all(sources.map(next));
    for (let first = firstHead(heads); first >= 0; first = firstHead(heads)) {
      const { chunk, at } = heads[first] as MarketHead;
      joiner.add({ chunk, at });
      heads[first] = at + 1 < chunk.count ? { chunk, at: at + 1 } : await next(sources[first]);
      const isLast = heads.every((head) => head === undefined);
      if (joiner.count < CHUNK_TICKS && !isLast) continue;
      timer = setTimeout(() => {
        stalled = true;
        void close();
      }, stallMs);
      yield joiner.take();
      clearTimeout(timer);
      if (stalled) throw new ReadTimeoutError('the reader was too slow');
    }
  } finally {
    clearTimeout(timer);
    for (const source of sources) await source.return?.();
    await close();
  }
}
