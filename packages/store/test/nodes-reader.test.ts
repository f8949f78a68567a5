import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type EpochMicros, MICROS_PER_DAY } from '@tickwatch/core';
import {
  BadQuestionError,
  type BoardKey,
  type BoardQuestion,
  type GapKey,
  type MarketChunk,
  type MarketPlace,
  type RangeQuestion,
  type StockKey,
  type TickReader,
} from '../src/index.ts';
import { type Divided, divide, TICKS, YESTERDAY } from './divided-kit.ts';
import { allPages, inOneOrder, linesOf, upToEnd } from './joined-answers.ts';
import { dayText, END, integer, LANES, maybe, OLD, pick, STOCKS, TODAY } from './nodes-kit.ts';
import { refusals } from './nodes-refused.ts';
import { readChunks, readPages } from './reading-kit.ts';

const QUESTIONS = 6;

describe('several databases that share the lanes, read as one, answer as the one that has all', () => {
  let all: Divided;
  let one: TickReader;
  let nodes: TickReader;
  before(async () => {
    all = await divide();
    ({ one, nodes } = all);
  });
  after(() => all[Symbol.asyncDispose]());

  async function compare<Q>(question: () => Q, answer: (reader: TickReader, question: Q) => Promise<unknown>) {
    for (let i = 0; i < QUESTIONS; i++) {
      const asked = question();
      const expected = await answer(one, asked);
      const found = await answer(nodes, asked);
      assert.deepEqual(found, expected, JSON.stringify(asked));
    }
  }

  const moment = (): EpochMicros => (pick(TICKS).time + integer(-1, 1)) as EpochMicros;
  const exchange = (): string => pick([...LANES.keys()]);

  it('what names a stock', async () => {
    const question = (): RangeQuestion & { stock: string } => {
      const [start, end] = [moment(), moment()].sort((a, b) => a - b);
      return {
        stock: pick([...STOCKS, 'NONE']),
        exchange: maybe(exchange),
        start: maybe(() => start),
        end: maybe(() => end),
      } as RangeQuestion;
    };
    await compare(question, async (reader, asked) => {
      const { row, span, missing } = (await reader.summary(asked)).value;
      const { complete, holes } = missing;
      return { row, span, complete, holes: holes.map(upToEnd) };
    });
    await compare(question, async (reader, asked) => [
      await readChunks(reader, asked, 'asc'),
      await readPages(reader, asked, { order: 'desc', limit: 11 }),
      (await reader.candles(asked, { interval: '1h', fill: 'none', timeZone: 'UTC' })).value,
      (await reader.points(asked, 10)).value,
      (await reader.asOf({ ...asked, time: asked.end ?? END })).value,
      (await reader.stocks({ stock: asked.stock })).value,
      (
        await reader.gaps({ span: { from: OLD, until: END }, stock: asked.stock, closed: true, limit: 100 })
      ).value.gaps.map(({ id: _, ...gap }) => upToEnd(gap)),
    ]);
  });

  it('lists of stocks and exchanges, page by page, and searches', async () => {
    await compare(
      () => ({ limit: integer(5, 20), exchange: maybe(exchange) }),
      (reader, asked) =>
        allPages(async (after: StockKey | undefined) => {
          const { reach, value } = await reader.stocks({ ...asked, after });
          const full = value.length === asked.limit ? value.at(-1) : undefined;
          return { rows: [...value, reach], next: full && { stock: full.stock, exchange: full.exchange } };
        }),
    );
    await compare(
      () => ({
        text: pick(['', 's', 'S1', 'nyse:S3', STOCKS[3] ?? '', 'x']),
        limit: integer(1, 20),
        exchange: maybe(exchange),
      }),
      async (reader, asked) => (await reader.search(asked)).value,
    );
    for (const reader of [one, nodes]) assert.deepEqual((await reader.exchanges()).value, ['NASDAQ', 'NYSE']);
    assert.equal(await nodes.countStocks(), await one.countStocks());
  });

  it('boards in every order, now and as they stood', async () => {
    await compare(
      (): BoardQuestion => ({
        sort: pick(['name', 'price', 'time', 'change', 'change_percent', 'ticks']),
        order: pick(['asc', 'desc']),
        limit: integer(9, 30),
        exchange: maybe(exchange),
        stocks: maybe(() => STOCKS.slice(integer(0, 20))),
        day: { from: YESTERDAY, until: TODAY },
        lastDay: pick([true, false]),
        isPast: pick([true, false]),
        now: moment(),
      }),
      (reader, asked) =>
        allPages(async (after: BoardKey | undefined) => {
          const { reach, value } = await reader.board({ ...asked, after });
          return { rows: [...value.rows, value.missing, value.sparklineFrom, reach], next: value.next };
        }),
    );
  });

  it('last prices at a moment', async () => {
    await compare(
      () => ({
        time: moment(),
        limit: integer(2, 30),
        exchange: maybe(exchange),
        stocks: maybe(() => STOCKS.slice(integer(0, 20))),
      }),
      (reader, asked) =>
        allPages(async (after: StockKey | undefined) => {
          const { value } = await reader.asOfAll({ ...asked, after });
          return { rows: [...value.ticks, value.missing], next: value.next };
        }),
    );
  });

  it('holes, days, and what was no tick', async () => {
    await compare(
      () => ({
        span: { from: OLD, until: pick([END, moment()]) },
        closed: pick([true, false]),
        limit: integer(1, 7),
        exchange: maybe(exchange),
        reason: maybe(() => 'numbers_missing' as const),
      }),
      (reader, asked) =>
        allPages(async (after: GapKey | undefined) => {
          const { value } = await reader.gaps({ ...asked, after });
          return {
            rows: value.gaps.map(({ id: _, until, ...gap }) => ({ ...gap, until: gap.isOpen ? 0 : until })),
            next: value.next,
          };
        }),
    );
    const daysOf = () =>
      [0, 1, 2].map((n) => ({
        from: OLD + n * MICROS_PER_DAY,
        until: OLD + (n + 1) * MICROS_PER_DAY,
        day: dayText(OLD + n * MICROS_PER_DAY),
      }));
    const covered = await one.coverage({ daysOf });
    assert.deepEqual((await nodes.coverage({ daysOf })).value, covered.value);
    assert.ok(covered.value.some(({ days }) => days.some(({ holes }) => holes > 2)));
    await compare(
      () => ({ limit: integer(0, 4), exchange: maybe(exchange) }),
      async (reader, asked) => {
        const { totals } = await reader.rejected(asked);
        const messages = await allPages(async (before: number | undefined) => {
          const page = (await reader.rejected({ ...asked, before })).messages;
          const next = page.length === asked.limit ? page.at(-1)?.id : undefined;
          return { rows: page.map(({ id: _, ...row }) => row), next };
        });
        return { totals, messages };
      },
    );
    await assert.rejects(nodes.rejected({ limit: 3, before: 3_000_000 }), BadQuestionError);
  });

  it('rules, and what they fired', async () => {
    await compare(
      () => ({ limit: integer(1, 9), exchange: maybe(exchange), stock: maybe(() => pick(STOCKS)) }),
      (reader, asked) =>
        allPages(async (behind: Awaited<ReturnType<TickReader['alerts']['firings']>>['next']) => {
          const { firings, next } = await reader.alerts.firings({ ...asked, behind });
          return { rows: firings.map(({ recordedAt: _, ...firing }) => firing), next };
        }),
    );
    const { rules } = await one.alerts.rules({ limit: 5 });
    assert.ok((rules[0]?.fired ?? 0) > 30);
    assert.deepEqual((await nodes.alerts.rules({ limit: 5 })).rules, rules);
    assert.deepEqual(await nodes.alerts.rule(all.ruleId), rules[0]);
    assert.deepEqual(await nodes.alerts.receivers(), await one.alerts.receivers());
    for (const { id } of (await one.alerts.firings({ limit: 5 })).firings) {
      const told = (reader: TickReader) =>
        reader.alerts.deliveries(id).then((all) => all?.map((one) => ({ ...one, nextAttempt: 0 })));
      assert.deepEqual(await told(nodes), await told(one));
    }
  });

  it('the market in order of arrival, as a stream and page by page', async () => {
    await compare(
      () => ({
        from: pick([OLD, YESTERDAY]),
        until: pick([END, END - MICROS_PER_DAY / 2 + integer(0, 5 * 3_600_000_000)]),
        exchange: maybe(exchange),
        stocks: maybe(() => STOCKS.slice(integer(0, 22))),
        limit: integer(20, 400),
      }),
      async (reader, asked) => {
        const streamed: MarketChunk[] = [];
        const { chunks, missing } = await reader.market(asked);
        for await (const chunk of chunks) streamed.push(chunk);
        const paged = await allPages(async (after: MarketPlace | undefined) => {
          const page = await reader.marketPage({ ...asked, after });
          return { rows: page.chunks, next: page.next };
        });
        const lines = linesOf(streamed);
        assert.deepEqual(linesOf(paged), lines);
        return { missing: { complete: missing.complete, holes: missing.holes.map(upToEnd) }, lines: inOneOrder(lines) };
      },
    );
    await assert.rejects(
      nodes.marketPage({ from: OLD, until: END, limit: 9, after: 'a~b' as MarketPlace }),
      BadQuestionError,
    );
  });

  describe('and where one of them is not what it has to be', () => refusals(() => all));
});
