import type { Readable } from 'node:stream';
import type { CandleInterval, EpochMicros, SequencedTick } from '@tickwatch/core';
import type { TickChunk } from '../sealed/tick-columns.ts';
import type { AlertAnswers } from './alerts/alert-answers.ts';
import type { Completeness } from './coverage/completeness.ts';
import type { NotedDamage } from './coverage/noted-damage.ts';
import type { MarketChunk, MarketPlace, MarketQuestion } from './market/market-chunk.ts';
import type { PriceText } from './price-text.ts';
import type { AsOfQuestion } from './queries/as-of.ts';
import type { AsOfAll, AsOfAllQuestion } from './queries/as-of-all.ts';
import type { Board, BoardQuestion } from './queries/board-question.ts';
import type { CandlesRequest, PriceCandle } from './queries/candles.ts';
import type { CoverageQuestion, ExchangeDays } from './queries/coverage.ts';
import type { GapsPage, GapsQuestion } from './queries/gaps.ts';
import type { InsertLatencyRow } from './queries/insert-latency.ts';
import type { LatestQuestion, StockOverview } from './queries/latest.ts';
import type { NewestCandles, NewestQuestion } from './queries/newest-candles.ts';
import type { MarkedTick } from './queries/outliers.ts';
import type { Page, PageRequest } from './queries/page.ts';
import type { Points } from './queries/points.ts';
import type { RangeQuestion } from './queries/range.ts';
import type { RejectedOverview, RejectedQuestion } from './queries/rejected.ts';
import type { SearchQuestion } from './queries/search.ts';
import type { Summary } from './queries/summary.ts';
import type { Reach } from './snapshot.ts';
import type { StockKey } from './stock-order.ts';

/** What was asked, and how far the answer reaches. */
export interface Answer<T> {
  readonly reach: Reach;
  readonly value: T;
}

/** What is known about an answer before its ticks are read. */
export interface AnswerHead {
  readonly reach: Reach;
  readonly summary: Summary;
}

/** What is known about the ticks of many stocks. */
export interface MarketAnswer {
  readonly reach: Reach;
  /** Of all stocks that were asked for. */
  readonly missing: Completeness;
}

export interface AskOptions {
  /** Aborts when the asker has left: the running statement is given up. */
  readonly signal?: AbortSignal | undefined;
}

export interface ReaderLoad {
  readonly questions: number;
  readonly waiting: number;
  readonly exports: number;
  /** Whether every subscriber answers; `undefined`: there is none. */
  readonly tailReachable: boolean | undefined;
}

/**
 * The side of the store that answers. Every answer is one snapshot of the database joined with the ticks that are
 * received and not yet in it, so it is never behind what is live.
 * All methods throw StoreUnavailableError, ReadBusyError, ReadTimeoutError.
 */
export interface TickReader extends AsyncDisposable {
  summary(question: RangeQuestion, options?: AskOptions): Promise<Answer<Summary>>;
  /** All ticks as text, a small answer whole and a large one as a stream. */
  prices(
    question: RangeQuestion,
    text: PriceText,
    options?: AskOptions,
  ): Promise<Answer<Buffer | Readable> & AnswerHead>;
  /** All ticks as columns, in chunks that have to be read or left. None is empty. */
  ticks(
    question: RangeQuestion,
    request: { readonly order: 'asc' | 'desc' },
    options?: AskOptions,
  ): Promise<AnswerHead & { readonly chunks: AsyncIterable<TickChunk> }>;
  page(question: RangeQuestion, request: PageRequest, options?: AskOptions): Promise<Answer<Page>>;
  /** At most `limit` (≥ 4) ticks that draw the same chart as all of them. */
  points(question: RangeQuestion, limit: number, options?: AskOptions): Promise<Answer<Points> & AnswerHead>;
  /** @throws BadQuestionError too many candles, no such time zone */
  candles(
    question: RangeQuestion,
    request: CandlesRequest,
    options?: AskOptions,
  ): Promise<Answer<readonly PriceCandle[]> & AnswerHead>;
  /** The newest `count` candles (UTC) up to a moment, ascending; fewer only where there are no more. */
  newestCandles(
    question: NewestQuestion,
    interval: CandleInterval,
    count: number,
    options?: AskOptions,
  ): Promise<Answer<NewestCandles>>;
  stocks(question: LatestQuestion, options?: AskOptions): Promise<Answer<readonly StockOverview[]>>;
  /** How many stocks have ticks in the database, on each exchange. */
  countStocks(options?: AskOptions): Promise<number>;
  search(question: SearchQuestion, options?: AskOptions): Promise<Answer<readonly StockKey[]>>;
  /** Names of the exchanges that have ticks. */
  exchanges(options?: AskOptions): Promise<Answer<readonly string[]>>;
  board(question: BoardQuestion, options?: AskOptions): Promise<Answer<Board>>;
  asOf(question: AsOfQuestion, options?: AskOptions): Promise<Answer<SequencedTick | undefined>>;
  asOfAll(question: AsOfAllQuestion, options?: AskOptions): Promise<Answer<AsOfAll>>;
  /**
   * All ticks of many stocks in the order in which they arrived, of one snapshot, as a stream that has to be read or left.
   * @throws ReadBusyError too many exports run
   */
  market(
    question: MarketQuestion,
    options?: AskOptions,
  ): Promise<MarketAnswer & { readonly chunks: AsyncIterable<MarketChunk> }>;
  /** At most `limit` (≤ `MAX_MARKET_TICKS`) of them, the first ones, in a question of its own. */
  marketPage(
    question: MarketQuestion & { readonly limit: number },
    options?: AskOptions,
  ): Promise<MarketAnswer & { readonly chunks: readonly MarketChunk[]; readonly next: MarketPlace | undefined }>;
  /** Holes, in order: those that are recorded and damaged blocks, then those that are not recorded yet. */
  gaps(question: GapsQuestion, options?: AskOptions): Promise<Answer<GapsPage>>;
  /** How much of each day there is. */
  coverage(question: CoverageQuestion, options?: AskOptions): Promise<Answer<readonly ExchangeDays[]>>;
  /** What was no tick. */
  rejected(question: RejectedQuestion): Promise<RejectedOverview>;
  /** A stock's ticks that are far from the usual: the newest, ascending. */
  outliers(question: RangeQuestion, options?: AskOptions): Promise<readonly MarkedTick[]>;
  insertLatency(span: {
    readonly from: EpochMicros;
    readonly until: EpochMicros;
    readonly stepMicros: number;
  }): Promise<readonly InsertLatencyRow[]>;
  /** Sealed blocks that are known to be damaged, the first so many by time. */
  damagedBlocks(most: number): Promise<readonly NotedDamage[]>;
  /** Rules, and what they fired. */
  readonly alerts: AlertAnswers;
  /** The server's version, and, where it is read alone, which node it is of several. */
  ping(): Promise<string>;
  /**
   * Of a replica: until when it has all that was committed on its primary, µs, or null where it was told of nothing yet.
   * While nothing is committed it has everything. `undefined`: the server is no replica.
   */
  replicatedUntil(): Promise<EpochMicros | null | undefined>;
  load(): ReaderLoad;
}
