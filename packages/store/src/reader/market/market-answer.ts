import type { ExportLimits } from '../queries/prices.ts';
import { untilRead } from '../queries/prices.ts';
import { BadQuestionError } from '../read-errors.ts';
import type { Session } from '../read-sessions.ts';
import type { Snapshot } from '../snapshot.ts';
import { type MarketAnswer, MOST_MARKET_TICKS } from '../tick-reader.ts';
import type { MarketChunk, MarketPlace, MarketQuestion } from './market-chunk.ts';
import { askMarketMissing, withMarketDamage } from './market-missing.ts';
import { type PlaceKey, placeOf, readPlace, writePlace } from './market-place.ts';
import { chunkOf } from './market-window.ts';
import { marketWindows } from './market-windows.ts';

/** Ticks of one chunk, about. */
const CHUNK_TICKS = 16_384;
/** Ticks of a window of a stream, about. */
const WINDOW_TICKS = 98_304;

/**
 * All ticks of a question. Takes the session over: it is closed when the stream has ended, was left, or its reader stalled.
 * @throws ReadBusyError too many exports run
 */
export async function readMarket(
  session: Session,
  question: MarketQuestion,
  limits: ExportLimits,
): Promise<MarketAnswer & { readonly chunks: AsyncIterable<MarketChunk> }> {
  const { snapshot } = session;
  if (question.after !== undefined) readPlace(question.after);
  const missing = await askMarketMissing(snapshot, question);
  await session.becomeExport();
  const chunks = untilRead(session, missing, marketChunks(snapshot, question, limits.stallMs), limits.stallMs);
  // Whoever does not even begin to read stalls, too.
  const timer = setTimeout(() => void session.close(true), limits.stallMs);
  return {
    reach: snapshot.reach,
    missing,
    chunks: {
      [Symbol.asyncIterator]() {
        clearTimeout(timer);
        return chunks;
      },
    },
  };
}

async function* marketChunks(
  snapshot: Snapshot,
  question: MarketQuestion,
  stallMs: number,
): AsyncGenerator<MarketChunk, void, undefined> {
  for await (const window of marketWindows(snapshot, question, stallMs, WINDOW_TICKS)) {
    for (let at = window.from; at < window.until; at += CHUNK_TICKS) {
      yield chunkOf(window, at, Math.min(window.until, at + CHUNK_TICKS));
    }
  }
}

/** The first `limit` ticks of a question. @throws BadQuestionError */
export async function askMarketPage(
  snapshot: Snapshot,
  question: MarketQuestion & { readonly limit: number },
  stallMs: number,
): Promise<MarketAnswer & { readonly chunks: readonly MarketChunk[]; readonly next: MarketPlace | undefined }> {
  const { limit, after } = question;
  if (!(limit >= 1 && limit <= MOST_MARKET_TICKS))
    throw new BadQuestionError('limit', `limit: ${limit} is not from 1 to ${MOST_MARKET_TICKS}`);
  const chunks: MarketChunk[] = [];
  let last: PlaceKey | undefined = after === undefined ? undefined : readPlace(after);
  let left = limit;
  let hasMore = false;
  for await (const window of marketWindows(snapshot, question, stallMs, limit + 1)) {
    const until = Math.min(window.until, window.from + left);
    hasMore = until < window.until || left === 0;
    if (until > window.from) {
      chunks.push(chunkOf(window, window.from, until));
      left -= until - window.from;
      last = placeOf(window.buffer, window.order, until - 1);
    }
    if (hasMore) break;
  }
  const missing = await askMarketMissing(snapshot, question);
  return {
    reach: snapshot.reach,
    missing: withMarketDamage(missing, snapshot, question),
    chunks,
    next: hasMore && last !== undefined ? writePlace(last) : undefined,
  };
}
