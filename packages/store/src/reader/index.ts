export type { PriceColumn, TickChunk } from '../sealed/tick-columns.ts';
export type { AnswerHole, Completeness } from './coverage/completeness.ts';
export { ofSingleTicks } from './coverage/single-ticks.ts';
export type { DayCoverage, DaySpan } from './coverage/timeline.ts';
export { decimalMean, decimalsOf, EXTRA_DECIMALS } from './decimal-mean.ts';
export {
  type MarketChunk,
  type MarketPlace,
  type MarketQuestion,
  marketPrice,
  marketTick,
} from './market/market-chunk.ts';
export type { NodeReader } from './node-reader.ts';
export { NodeAwayError } from './nodes/node-away-error.ts';
export { createNodeTail } from './nodes/node-tail.ts';
export { createNodesReader } from './nodes/nodes-reader.ts';
export { createPostgresReader } from './postgres-reader.ts';
export { frameText, type PriceText, type RowText, rowText } from './price-text.ts';
export type { AsOfQuestion } from './queries/as-of.ts';
export type { AsOfAll, AsOfAllQuestion } from './queries/as-of-all.ts';
export type { Board, BoardKey, BoardQuestion, BoardRow, BoardSort } from './queries/board-question.ts';
export type { CandlesRequest, PriceCandle } from './queries/candles.ts';
export type { CoverageQuestion, ExchangeDays } from './queries/coverage.ts';
export type { GapKey, GapsPage, GapsQuestion, ListedGap } from './queries/gaps.ts';
export { type InsertLatencyRow, stepMicros } from './queries/insert-latency.ts';
export type { LatestQuestion, StockOverview } from './queries/latest.ts';
export type { NewestQuestion } from './queries/newest-candles.ts';
export type { MarkedTick } from './queries/outliers.ts';
export type { Page, PageRequest } from './queries/page.ts';
export { columnGrid, type Points } from './queries/points.ts';
export type { ExportLimits } from './queries/prices.ts';
export type { RangeQuestion, Span } from './queries/range.ts';
export type { RejectedOverview, RejectedQuestion, RejectedRow, RejectedTotal } from './queries/rejected.ts';
export type { SearchQuestion } from './queries/search.ts';
export { type Summary, timeWeightedMean } from './queries/summary.ts';
export { BadQuestionError, ReadBusyError, ReadTimeoutError } from './read-errors.ts';
export type { PostgresReaderOptions, ReaderEvent } from './reader-options.ts';
export type { Reach } from './snapshot.ts';
export type { PageKey } from './sql/page.ts';
export type { SummaryRow } from './sql/summary.ts';
export type { StockKey } from './stock-order.ts';
export { createHttpTailSource } from './tail/http-tail-source.ts';
export type {
  Answer,
  AnswerHead,
  AskOptions,
  MarketAnswer,
  ReaderLoad,
  TickReader,
} from './tick-reader.ts';
export { LateDamageError } from './ticks/damaged-blocks.ts';
