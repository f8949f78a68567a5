import type { EpochMicros } from '@tickwatch/core';
import { joinFacts } from '../coverage/store-facts.ts';
import { askMomentFacts, momentMissing } from '../moment/moment-missing.ts';
import type { NodeReader } from '../node-reader.ts';
import { askLastOfAll } from '../queries/as-of-all.ts';
import { askBoardPage } from '../queries/board.ts';
import { isWide } from '../queries/board-question.ts';
import { askDaysFacts, exchangeDays } from '../queries/coverage.ts';
import { askGapEntries } from '../queries/gaps.ts';
import { nearness } from '../queries/search.ts';
import { compareStocks } from '../stock-order.ts';
import type { Answer, TickReader } from '../tick-reader.ts';
import { AskNodes } from './ask-nodes.ts';
import { createNodesAlerts } from './join-alerts.ts';
import { joinBoards } from './join-board.ts';
import { joinGaps } from './join-gaps.ts';
import { joinLoads, joinReplicas, joinVersions } from './join-health.ts';
import { joinPages } from './join-pages.ts';
import { joinAnswers } from './join-reach.ts';
import { askRejectedOfNodes } from './join-rejected.ts';
import { MarketOfNodes, type NodesMarketOptions } from './market-of-nodes.ts';
import { NodeOfStock } from './node-of-stock.ts';

/** A list's nodes are asked for so many times as many entries where those asked for don't tell its page. */
const MORE_GAPS = 8;

/**
 * Several databases that share the lanes, read as one. What names a stock is asked of the stock's node alone, and fails only where
 * that one does. All else is asked of all nodes, each in a snapshot of its own, and fails where one of them does.
 * @param readers one a node, in order; disposed with this one
 * @throws NodeAwayError, WrongNodeError beside what a TickReader throws
 */
export function createNodesReader(readers: readonly NodeReader[], options: NodesMarketOptions): TickReader {
  const nodes = new AskNodes(readers);
  const nodeOf = new NodeOfStock(nodes);
  const market = new MarketOfNodes(nodes, nodeOf, options);

  async function ofStock<T>(
    stock: string,
    signal: AbortSignal | undefined,
    ask: (reader: NodeReader) => Promise<T>,
  ): Promise<T> {
    return await nodes.one(await nodeOf.of(stock, signal), ask);
  }

  async function ofAll<T, Joined>(
    signal: AbortSignal | undefined,
    ask: (reader: NodeReader, signal: AbortSignal) => Promise<Answer<T>>,
    join: (values: readonly T[]) => Joined,
  ): Promise<Answer<Joined>> {
    return joinAnswers(await nodes.all(signal, ask), join);
  }

  return {
    summary: (question, asked = {}) =>
      ofStock(question.stock, asked.signal, (reader) => reader.summary(question, asked)),
    prices: (question, text, asked = {}) =>
      ofStock(question.stock, asked.signal, (reader) => reader.prices(question, text, asked)),
    ticks: (question, request, asked = {}) =>
      ofStock(question.stock, asked.signal, (reader) => reader.ticks(question, request, asked)),
    page: (question, request, asked = {}) =>
      ofStock(question.stock, asked.signal, (reader) => reader.page(question, request, asked)),
    points: (question, limit, asked = {}) =>
      ofStock(question.stock, asked.signal, (reader) => reader.points(question, limit, asked)),
    candles: (question, request, asked = {}) =>
      ofStock(question.stock, asked.signal, (reader) => reader.candles(question, request, asked)),
    newestCandles: (question, interval, count, asked = {}) =>
      ofStock(question.stock, asked.signal, (reader) => reader.newestCandles(question, interval, count, asked)),
    asOf: (question, asked = {}) => ofStock(question.stock, asked.signal, (reader) => reader.asOf(question, asked)),
    outliers: (question, asked = {}) =>
      ofStock(question.stock, asked.signal, (reader) => reader.outliers(question, asked)),

    async stocks(question, asked = {}) {
      const { stock, limit = Number.POSITIVE_INFINITY } = question;
      if (stock !== undefined) return await ofStock(stock, asked.signal, (reader) => reader.stocks(question, asked));
      return await ofAll(
        asked.signal,
        (reader, signal) => reader.stocks(question, { signal }),
        (parts) => {
          const pages = parts.map((items) => ({ items, next: items.length < limit ? undefined : items.at(-1) }));
          return joinPages(pages, limit, (item) => item, compareStocks).items;
        },
      );
    },
    async countStocks({ signal } = {}) {
      const counts = await nodes.all(signal, (reader, either) => reader.countStocks({ signal: either }));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    search: (question, { signal } = {}) =>
      ofAll(
        signal,
        (reader, either) => reader.search(question, { signal: either }),
        (parts) =>
          parts
            .flat()
            .sort((a, b) => nearness(a, question.text) - nearness(b, question.text) || compareStocks(a, b))
            .slice(0, question.limit),
      ),
    exchanges: ({ signal } = {}) =>
      ofAll(
        signal,
        (reader, either) => reader.exchanges({ signal: either }),
        (parts) => [...new Set(parts.flat())].sort(),
      ),
    board: (question, { signal } = {}) =>
      ofAll(
        signal,
        (reader, either) =>
          reader.inSnapshot({ signal: either, isWide: isWide(question) }, (snapshot) =>
            askBoardPage(snapshot, question),
          ),
        (pages) => joinBoards(pages, question),
      ),
    asOfAll: (question, { signal } = {}) =>
      ofAll(
        signal,
        (reader, either) =>
          reader.inSnapshot({ signal: either }, async (snapshot) => {
            const { ticks: items, next } = await askLastOfAll(snapshot, question);
            return { items, next, facts: await askMomentFacts(snapshot, question.exchange, question.time) };
          }),
        (parts) => {
          const { items, next } = joinPages(
            parts,
            question.limit,
            ({ stock, exchange }) => ({ stock, exchange }),
            compareStocks,
          );
          const facts = parts.map((part) => part.facts);
          return { ticks: items, next, missing: momentMissing(facts, question.time) };
        },
      ),
    market: (question, asked = {}) => market.stream(question, asked),
    marketPage: (question, asked = {}) => market.page(question, asked),

    async gaps(question, asked = {}) {
      const { stock, limit, after } = question;
      if (stock !== undefined) return await ofStock(stock, asked.signal, (reader) => reader.gaps(question, asked));
      for (let most = limit + (after?.seen ?? 0) + 1; ; most *= MORE_GAPS) {
        const { reach, value } = await ofAll(
          asked.signal,
          (reader, signal) => reader.inSnapshot({ signal }, (snapshot) => askGapEntries(snapshot, question, most)),
          (parts) => joinGaps(parts, question),
        );
        if (value !== undefined) return { reach, value };
      }
    },
    coverage: (question, { signal } = {}) =>
      ofAll(
        signal,
        (reader, either) => reader.inSnapshot({ signal: either }, (snapshot) => askDaysFacts(snapshot, question)),
        (parts) => exchangeDays(joinFacts(parts), question),
      ),
    rejected: (question) => askRejectedOfNodes(nodes, question),
    // Vector writes one table, of all subscribers.
    insertLatency: (span) => nodes.one(0, (reader) => reader.insertLatency(span)),
    async damagedBlocks(most) {
      const found = await nodes.all(undefined, (reader) => reader.damagedBlocks(most));
      return found
        .flat()
        .sort((a, b) => a.firstTime - b.firstTime)
        .slice(0, most);
    },
    alerts: createNodesAlerts(nodes, nodeOf),

    ping: async () =>
      joinVersions(await Promise.allSettled(readers.map((_, index) => nodes.one(index, (reader) => reader.ping())))),
    async replicatedUntil(): Promise<EpochMicros | null | undefined> {
      return joinReplicas(await nodes.all(undefined, (reader) => reader.replicatedUntil()));
    },
    load: () => joinLoads(readers.map((reader) => reader.load())),
    async [Symbol.asyncDispose]() {
      await Promise.all(readers.map((reader) => reader[Symbol.asyncDispose]()));
    },
  };
}
