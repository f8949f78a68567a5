import { MAX_MARKET_TICKS } from '@tickwatch/core';
import type { ExportLimits } from '../queries/prices.ts';
import { untilRead } from '../queries/prices.ts';
import { BadQuestionError, ReadTimeoutError } from '../read-errors.ts';
import type { Session } from '../read-sessions.ts';
import type { Reach, Snapshot } from '../snapshot.ts';
import type { MarketAnswer } from '../tick-reader.ts';
import type { WindowLimits } from './live-blocks.ts';
import type { MarketChunk, MarketPlace, MarketQuestion } from './market-chunk.ts';
import { askMarketFacts, type MarketFacts, marketMissing, withMarketDamage } from './market-missing.ts';
import { placeOf, readPlace, writePlace } from './market-place.ts';
import { chunkOf, type MarketWindow } from './market-window.ts';
import { marketWindows } from './market-windows.ts';
import { OneAhead } from './one-ahead.ts';

/** Ticks of one chunk, about. */
const CHUNK_TICKS = 16_384;
/** Ticks of a window of a stream, about. */
const WINDOW_TICKS = 98_304;
/** Whoever was given so many at once will want the next ones, too: they are read meanwhile. */
const WORTH_AHEAD = WINDOW_TICKS / 2;

export interface MarketStream extends MarketAnswer {
  readonly facts: MarketFacts;
  readonly chunks: AsyncIterable<MarketChunk>;
  /** Gives everything back, whether it was read or not. */
  close(): Promise<void>;
}

/**
 * All ticks of a question. Takes the session over: it is closed when the stream has ended, was left, or its reader stalled.
 * @throws ReadBusyError too many exports run
 */
export async function readMarket(
  session: Session,
  question: MarketQuestion,
  limits: ExportLimits,
): Promise<MarketStream> {
  const { snapshot } = session;
  if (question.after !== undefined) readPlace(question.after);
  const facts = await askMarketFacts(snapshot, question);
  const missing = marketMissing([facts], question);
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
    facts,
    async close() {
      clearTimeout(timer);
      await session.close(true);
    },
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

/** The first ticks of a question, and how far a page of some of them goes. */
export interface MarketPart {
  readonly reach: Reach;
  readonly facts: MarketFacts;
  readonly chunks: readonly MarketChunk[];
  /** Whether there are others behind them. */
  readonly hasMore: boolean;
  /** The place behind the first so many, one at least. */
  placeBehind(count: number): MarketPlace;
}

/** The first `limit` ticks of a question. @throws BadQuestionError */
export async function askMarketPage(
  snapshot: Snapshot,
  question: MarketQuestion & { readonly limit: number },
  limits: WindowLimits,
): Promise<MarketAnswer & { readonly chunks: readonly MarketChunk[]; readonly next: MarketPlace | undefined }> {
  const { reach, facts, chunks, hasMore, placeBehind } = await askMarketPart(snapshot, question, limits);
  const count = chunks.reduce((sum, chunk) => sum + chunk.count, 0);
  const next = hasMore && count > 0 ? placeBehind(count) : undefined;
  return { reach, missing: marketMissing([facts], question), chunks, next };
}

/** As {@link askMarketPage}, of one of several databases. @throws BadQuestionError */
export async function askMarketPart(
  snapshot: Snapshot,
  question: MarketQuestion & { readonly limit: number },
  limits: WindowLimits,
): Promise<MarketPart> {
  const { limit } = question;
  if (!(limit >= 1 && limit <= MAX_MARKET_TICKS))
    throw new BadQuestionError('limit', `limit: ${limit} is not from 1 to ${MAX_MARKET_TICKS}`);
  limits.cache?.begin();
  const taken: MarketWindow[] = [];
  let left = limit;
  let hasMore = false;
  for await (const window of marketWindows(snapshot, question, limits, limit + 1)) {
    const until = Math.min(window.until, window.from + left);
    hasMore = until < window.until || left === 0;
    if (until > window.from) {
      taken.push({ ...window, until });
      left -= until - window.from;
    }
    if (hasMore) break;
  }
  const facts = await askMarketFacts(snapshot, question);
  return {
    reach: snapshot.reach,
    facts: withMarketDamage(facts, snapshot),
    chunks: taken.map((window) => chunkOf(window, window.from, window.until)),
    hasMore,
    placeBehind: (count) => placeBehind(taken, count),
  };
}

function placeBehind(windows: readonly MarketWindow[], count: number): MarketPlace {
  let left = count;
  for (const window of windows) {
    const size = window.until - window.from;
    if (left <= size) return writePlace(placeOf(window, window.from + left - 1));
    left -= size;
  }
  throw new RangeError(`there are no ${count} ticks`);
}
