import { MAX_MARKET_TICKS } from '@tickwatch/core';
import type { ExportLimits } from '../queries/prices.ts';
import { untilRead } from '../queries/prices.ts';
import { BadQuestionError, ReadTimeoutError } from '../read-errors.ts';
import type { Session } from '../read-sessions.ts';
import type { Snapshot } from '../snapshot.ts';
import type { MarketAnswer } from '../tick-reader.ts';
import type { WindowLimits } from './live-blocks.ts';
import type { MarketChunk, MarketPlace, MarketQuestion } from './market-chunk.ts';
import { askMarketMissing, withMarketDamage } from './market-missing.ts';
import { type PlaceKey, placeOf, readPlace, writePlace } from './market-place.ts';
import { chunkOf, type MarketWindow } from './market-window.ts';
import { marketWindows } from './market-windows.ts';
import { OneAhead } from './one-ahead.ts';

/** Ticks of one chunk, about. */
const CHUNK_TICKS = 16_384;
/** Ticks of a window of a stream, about. */
const WINDOW_TICKS = 98_304;
/** Whoever was given so many at once will want the next ones, too: they are read meanwhile. */
const WORTH_AHEAD = WINDOW_TICKS / 2;

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
  const windows = new OneAhead(
    withinTime(marketWindows(snapshot, question, limits, WINDOW_TICKS), limits.timeoutMs),
    ({ order }) => order.length >= WORTH_AHEAD,
  );
  const chunks = untilRead(session, missing, marketChunks(windows), limits.stallMs, () => windows.isMaking);
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

/** @throws ReadTimeoutError where it takes too long */
async function* withinTime(
  windows: AsyncIterable<MarketWindow>,
  timeoutMs: number,
): AsyncGenerator<MarketWindow, void, undefined> {
  const deadline = performance.now() + timeoutMs;
  for await (const window of windows) {
    if (performance.now() > deadline) throw new ReadTimeoutError('the export took too long');
    yield window;
  }
}

async function* marketChunks(windows: AsyncIterable<MarketWindow>): AsyncGenerator<MarketChunk, void, undefined> {
  for await (const window of windows) {
    for (let at = window.from; at < window.until; at += CHUNK_TICKS) {
      yield chunkOf(window, at, Math.min(window.until, at + CHUNK_TICKS));
    }
  }
}

/** The first `limit` ticks of a question. @throws BadQuestionError */
export async function askMarketPage(
  snapshot: Snapshot,
  question: MarketQuestion & { readonly limit: number },
  limits: WindowLimits,
): Promise<MarketAnswer & { readonly chunks: readonly MarketChunk[]; readonly next: MarketPlace | undefined }> {
  const { limit, after } = question;
  if (!(limit >= 1 && limit <= MAX_MARKET_TICKS))
    throw new BadQuestionError('limit', `limit: ${limit} is not from 1 to ${MAX_MARKET_TICKS}`);
  limits.cache?.begin();
  const chunks: MarketChunk[] = [];
  let last: PlaceKey | undefined = after === undefined ? undefined : readPlace(after);
  let left = limit;
  let hasMore = false;
  for await (const window of marketWindows(snapshot, question, limits, limit + 1)) {
    const until = Math.min(window.until, window.from + left);
    hasMore = until < window.until || left === 0;
    if (until > window.from) {
      chunks.push(chunkOf(window, window.from, until));
      left -= until - window.from;
      last = placeOf(window, until - 1);
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
