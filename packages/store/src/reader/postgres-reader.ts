import { MAX_HOLES } from '@tickwatch/core';
import { createAlertAnswers } from './alerts/create-answers.ts';
import { firstDamage } from './coverage/noted-damage.ts';
import { BlockCache } from './market/block-cache.ts';
import { askMarketPage, askMarketPart, readMarket } from './market/market-answer.ts';
import type { NodeReader, SnapshotRequest } from './node-reader.ts';
import { askAsOf } from './queries/as-of.ts';
import { askAsOfAll } from './queries/as-of-all.ts';
import { askBoard } from './queries/board.ts';
import { isWide } from './queries/board-question.ts';
import { askCandles } from './queries/candles.ts';
import { askCoverage } from './queries/coverage.ts';
import { askGaps } from './queries/gaps.ts';
import { askInsertLatency } from './queries/insert-latency.ts';
import { askStocks, countStocks } from './queries/latest.ts';
import { askNewestCandles } from './queries/newest-candles.ts';
import { askOutliers } from './queries/outliers.ts';
import { askPage } from './queries/page.ts';
import { askPoints } from './queries/points.ts';
import { readPrices } from './queries/prices.ts';
import type { RangeQuestion } from './queries/range.ts';
import { askRejected } from './queries/rejected.ts';
import { askExchanges, askSearch } from './queries/search.ts';
import { askHeldSummary, askSummary, type Summary } from './queries/summary.ts';
import { askSummaryAlone } from './queries/summary-alone.ts';
import { readTicks } from './queries/tick-stream.ts';
import { ReadPool, readMicros, toMicros } from './read-pool.ts';
import { ReadSessions, type Session } from './read-sessions.ts';
import type { PostgresReaderOptions } from './reader-options.ts';
import { Semaphore } from './semaphore.ts';
import type { Snapshot } from './snapshot.ts';
import { GuardedTail, type GuardOptions } from './tail/guarded-tail.ts';
import type { AnswerHead, AskOptions } from './tick-reader.ts';
import { BlockReading } from './ticks/block-reading.ts';
import { DamagedBlocks } from './ticks/damaged-blocks.ts';
import { withDamaged } from './ticks/with-damaged.ts';

/** Of the connections, one in so many may look at every stock at a moment: others are answered meanwhile. */
const WIDE_SHARE = 4;

/** With a look at the newest table: where that is missing, not every question can be answered. */
const SERVER_VERSION =
  "SELECT (SELECT version FROM alert_version) AS rules, current_setting('server_version') AS server_version";
/** Of a timer. */
const LONGEST_MS = 2_147_483_647;

const REPLAYED = `SELECT pg_is_in_recovery()::text AS is_replica, ${toMicros('pg_last_xact_replay_timestamp()')} AS until`;

const EVER = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };

/** Connects on demand: creating a reader succeeds although the database is away. */
export function createPostgresReader(options: PostgresReaderOptions): NodeReader {
  const { calendarOf = () => undefined } = options;
  const event = options.onEvent ?? (() => {});
  const guard: GuardOptions = {
    timeoutMs: options.tailTimeoutMs,
    restMs: options.tailRestMs,
    onChange: (reachable, error = 'unknown') =>
      event(reachable ? { type: 'tail_reachable' } : { type: 'tail_unreachable', error }),
  };
  const tails = options.tails.map((tail) => new GuardedTail(tail, guard));
  const damaged = new DamagedBlocks(({ message, stock, exchange, day, place, count }) =>
    event({ type: 'block_damaged', error: message, stock, exchange, day, place, ticks: count }),
  );
  const pool = new ReadPool({
    connectionString: options.databaseUrl,
    connections: options.limits.questions.permits + options.limits.exports.permits,
    connectTimeoutMs: options.connectTimeoutMs,
    statementTimeoutMs: options.statementTimeoutMs,
    onIdleError: (error) => event({ type: 'connection_broken', error: error.message }),
  });
  const pageLimits = { stallMs: options.statementTimeoutMs, cache: new BlockCache() };
  const sessions = new ReadSessions(pool, tails, calendarOf, damaged, options);
  const { questions } = options.limits;
  const wide = new Semaphore({ ...questions, permits: Math.max(1, Math.floor(questions.permits / WIDE_SHARE)) });

  async function afterHead<T>(
    question: RangeQuestion,
    { signal }: AskOptions,
    work: (snapshot: Snapshot, head: AnswerHead) => Promise<T>,
  ): Promise<AnswerHead & { value: T }> {
    return await sessions.run({ stock: question.stock, signal }, async (snapshot) => {
      const { reach, blocks } = snapshot;
      const summary = await askSummary(snapshot, question);
      const before = blocks.damaged.length;
      const value = await work(snapshot, { reach, summary });
      const missing = withDamaged(summary.missing, blocks.damaged.slice(before), [summary.span]);
      return { reach, summary: { ...summary, missing }, value };
    });
  }

  async function ask<T>(
    stock: string | undefined,
    signal: AbortSignal | undefined,
    work: (snapshot: Snapshot) => Promise<T>,
  ) {
    return await sessions.run({ stock, signal }, async (snapshot) => ({
      reach: snapshot.reach,
      value: await work(snapshot),
    }));
  }

  /** For an answer that closes the session itself. What it lacks because of damaged blocks is told where that is known by then. */
  async function takeSession<T>(
    question: RangeQuestion,
    signal: AbortSignal | undefined,
    work: (session: Session, summary: Summary) => Promise<T>,
  ): Promise<AnswerHead & T> {
    const session = await sessions.open({ stock: question.stock, signal });
    try {
      const { snapshot } = session;
      const asked = await askSummary(snapshot, question);
      const { span } = asked;
      const noted = await firstDamage(snapshot, { ...question, span }, MAX_HOLES);
      const missingOf = () => withDamaged(asked.missing, [...noted, ...snapshot.blocks.damaged], [span]);
      const found = await work(session, { ...asked, missing: missingOf() });
      return { reach: snapshot.reach, summary: { ...asked, missing: missingOf() }, ...found };
    } catch (error) {
      await session.close(true);
      throw error;
    }
  }

  async function inSnapshot<T>(
    { signal, tail = true, isWide: takesWide = false }: SnapshotRequest,
    work: (snapshot: Snapshot) => Promise<T>,
  ) {
    const release = takesWide ? await wide.acquire(signal) : undefined;
    try {
      return await sessions.run({ stock: tail ? undefined : false, signal }, async (snapshot) => ({
        reach: snapshot.reach,
        value: await work(snapshot),
      }));
    } finally {
      release?.();
    }
  }

  return {
    inSnapshot,
    async summary(question, { signal } = {}) {
      const seen = sessions.lastHead;
      const alone =
        seen &&
        (await sessions.runAlone(signal, (connection, all) =>
          askSummaryAlone(connection, all, seen, question, calendarOf, new BlockReading(damaged)),
        ));
      if (alone === undefined) return ask(question.stock, signal, (snapshot) => askHeldSummary(snapshot, question));
      sessions.lastHead = alone.head;
      return { reach: alone.reach, value: alone.summary };
    },
    points: (question, limit, asked = {}) =>
      afterHead(question, asked, (snapshot, { summary }) => askPoints(snapshot, question, limit, summary)),
    candles: (question, request, asked = {}) =>
      afterHead(question, asked, (snapshot, { summary }) => askCandles(snapshot, question, request, summary)),
    page: (question, request, { signal } = {}) =>
      ask(question.stock, signal, (snapshot) => askPage(snapshot, question, request)),
    newestCandles: (question, interval, count, { signal } = {}) =>
      ask(question.stock, signal, (snapshot) => askNewestCandles(snapshot, question, interval, count)),
    stocks: (question, { signal } = {}) => ask(question.stock, signal, (snapshot) => askStocks(snapshot, question)),
    countStocks: ({ signal } = {}) => sessions.run({ stock: false, signal }, countStocks),
    search: (question, { signal } = {}) => ask(undefined, signal, (snapshot) => askSearch(snapshot, question)),
    exchanges: ({ signal } = {}) => ask(undefined, signal, askExchanges),
    board: (question, { signal } = {}) =>
      inSnapshot({ signal, isWide: isWide(question) }, (snapshot) => askBoard(snapshot, question)),
    asOf: (question, { signal } = {}) => ask(question.stock, signal, (snapshot) => askAsOf(snapshot, question)),
    asOfAll: (question, { signal } = {}) => ask(undefined, signal, (snapshot) => askAsOfAll(snapshot, question)),
    marketPage: (question, { signal } = {}) =>
      sessions.run({ stock: undefined, signal }, (snapshot) => askMarketPage(snapshot, question, pageLimits)),
    marketPart: (question, { signal } = {}) =>
      sessions.run({ stock: undefined, signal }, (snapshot) => askMarketPart(snapshot, question, pageLimits)),
    gaps: (question, { signal } = {}) => ask(question.stock, signal, (snapshot) => askGaps(snapshot, question)),
    coverage: (question, { signal } = {}) => ask(undefined, signal, (snapshot) => askCoverage(snapshot, question)),
    rejected: (question) => sessions.run({ stock: false }, (snapshot) => askRejected(snapshot, question)),
    outliers: (question, { signal } = {}) =>
      sessions.run({ stock: false, signal }, (snapshot) => askOutliers(snapshot, question)),
    insertLatency: (span) => sessions.run({ stock: false }, (snapshot) => askInsertLatency(snapshot, span)),
    damagedBlocks: (most) => sessions.run({ stock: false }, (snapshot) => firstDamage(snapshot, { span: EVER }, most)),

    alerts: createAlertAnswers(({ signal } = {}, work) =>
      sessions.run({ stock: false, signal }, (snapshot) => work((statement) => snapshot.rows(statement))),
    ),

    prices: (question, text, { signal } = {}) =>
      takeSession(question, signal, async (session, summary) => ({
        value: await readPrices(session, question, summary, text, options.export),
      })),
    ticks: (question, { order }, { signal } = {}) =>
      takeSession(question, signal, async (session, summary) => ({
        chunks: await readTicks(session, question, summary, order, options.export),
      })),

    async market(question, { signal, mayRest = false } = {}) {
      const session = await sessions.open({ stock: undefined, signal });
      try {
        return await readMarket(
          session,
          question,
          mayRest ? { ...options.export, stallMs: LONGEST_MS } : options.export,
        );
      } catch (error) {
        await session.close(true);
        throw error;
      }
    },

    async ping() {
      return await sessions.run({ stock: false }, async (snapshot) => {
        const [row] = await snapshot.rows({ text: SERVER_VERSION, values: [] });
        const node = options.node === undefined && snapshot.head.node;
        const lists = node ? `; it is node ${node.index} of ${node.count}, lists have its stocks only` : '';
        return `${row?.server_version ?? ''}${lists}`;
      });
    },

    async replicatedUntil() {
      return await sessions.run({ stock: false }, async (snapshot) => {
        const [row] = await snapshot.rows({ text: REPLAYED, values: [] });
        if (row?.is_replica !== 'true') return undefined;
        return row.until == null ? null : readMicros(row.until);
      });
    },

    load: () => ({
      questions: sessions.questions.used,
      waiting: sessions.questions.waiting,
      exports: sessions.exports.used,
      tailReachable: tails.length === 0 ? undefined : tails.every(({ reachable }) => reachable),
    }),

    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}
