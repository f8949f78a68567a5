import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type EpochMicros, lanesOf, lanesOfNode, MICROS_PER_DAY, nodeOfStock } from '@tickwatch/core';
import pg from 'pg';
import {
  BadQuestionError,
  type BoardKey,
  type BoardQuestion,
  createNodesReader,
  createNodeTail,
  divideStore,
  type GapKey,
  type MarketChunk,
  type MarketPlace,
  marketTick,
  NodeAwayError,
  type NodeReader,
  type RangeQuestion,
  type StockKey,
  type TickReader,
  WrongNodeError,
} from '../src/index.ts';
import {
  COUNT,
  dayText,
  END,
  integer,
  LANES,
  maybe,
  OLD,
  pick,
  randomTicks,
  STOCKS,
  storeRound,
  TODAY,
  tailOfLanes,
} from './nodes-kit.ts';
import { insertTicks, openReader, readChunks, readPages } from './reading-kit.ts';
import { ask, openTestStore, startTestServer, type TestServer } from './store-test-kit.ts';

const QUESTIONS = 6;
const NODES = [0, 1, 2].map((index) => ({ index, count: COUNT }));
const YESTERDAY = (TODAY - MICROS_PER_DAY) as EpochMicros;
const ROUNDS = [randomTicks(OLD, 500, 1), randomTicks(YESTERDAY, 400, 501), randomTicks(YESTERDAY, 200, 901)];
const TAIL = randomTicks(YESTERDAY, 60, 1101);
const STALL = { stallMs: 5000 };

describe('several databases that share the lanes, read as one, answer as the one that has all', () => {
  let server: TestServer;
  let urls: readonly string[];
  let one: TickReader;
  let nodes: TickReader;
  let ruleId: string;
  const parts: AsyncDisposable[] = [];

  const readersOf = (addresses: readonly string[]): readonly NodeReader[] =>
    addresses.map((url, i) => {
      const node = NODES[i] ?? { index: 0, count: 1 };
      return openReader(url, { node, tails: [createNodeTail(tailOfLanes(TAIL, lanesOfNode(LANES, node)), node)] });
    });

  before(async () => {
    server = await startTestServer();
    parts.push(server);
    const whole = await openTestStore(server);
    const receiver = { name: 'Desk', type: 'webhook', target: 'https://desk.example/', secret: 'key' } as const;
    const receivers = [await whole.store.alertAdmin.addReceiver(receiver)];
    const rule = { name: 'Rule', definition: { name: 'Rule' }, isEnabled: true, receivers };
    ruleId = await whole.store.alertAdmin.addRule(rule);
    await whole.store.ensurePartitions([OLD, YESTERDAY].map(dayText));
    const [first = [], ...others] = ROUNDS;
    await storeRound(whole.url, undefined, 0, first, ruleId);
    await whole.store.sealDay(dayText(OLD));
    await whole.store[Symbol.asyncDispose]();
    const copies: string[] = [];
    for (const _ of NODES) copies.push(await copyOf(whole.url));
    urls = copies;
    await divideStore({ urls, isDryRun: false });
    for (const [i, ticks] of others.entries()) {
      await storeRound(whole.url, undefined, i + 1, ticks, ruleId);
      for (const [node, url] of urls.entries()) await storeRound(url, node, i + 1, ticks, ruleId);
    }
    one = openReader(whole.url, { tails: [tailOfLanes(TAIL, lanesOf(LANES))] });
    nodes = createNodesReader(readersOf(urls), STALL);
    parts.unshift(one, nodes);
  });
  after(async () => {
    for (const part of parts) await part[Symbol.asyncDispose]();
  });

  async function copyOf(url: string): Promise<string> {
    const copy = await server.createDatabase();
    const name = (address: string): string => new URL(address).pathname.slice(1);
    const admin = url.replace(name(url), 'postgres');
    await ask(admin, `DROP DATABASE ${name(copy)}`);
    await ask(admin, `CREATE DATABASE ${name(copy)} TEMPLATE ${name(url)}`);
    return copy;
  }

  async function compare<Q>(question: () => Q, answer: (reader: TickReader, question: Q) => Promise<unknown>) {
    for (let i = 0; i < QUESTIONS; i++) {
      const asked = question();
      const expected = await answer(one, asked);
      const found = await answer(nodes, asked);
      assert.deepEqual(found, expected, JSON.stringify(asked));
    }
  }

  const moment = (): EpochMicros => (pick(ROUNDS.flat()).time + integer(-1, 1)) as EpochMicros;
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
    assert.deepEqual(await nodes.alerts.rule(ruleId), rules[0]);
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

  it('a node that is away is named: its stocks and lists fail, other stocks don’t', async () => {
    const away = 'postgres://nobody@127.0.0.1:1/nothing';
    await using reader = createNodesReader(readersOf([urls[0] ?? '', away, urls[2] ?? '']), STALL);
    for (const stock of STOCKS) {
      const asked = reader.summary({ stock });
      if (nodeOfStock(stock, COUNT) === 1) await assert.rejects(asked, NodeAwayError);
      else assert.deepEqual((await asked).value.row, (await one.summary({ stock })).value.row);
    }
    const board = { sort: 'name', order: 'asc', limit: 5, day: { from: YESTERDAY, until: TODAY }, now: END } as const;
    for (const list of [
      () => reader.stocks({}),
      () => reader.board(board),
      () => reader.market({ from: OLD, until: END }),
    ])
      await assert.rejects(list(), /node 1 of 3 is away, so its stocks can't be asked for/);
    assert.match(await reader.ping(), /\(2 of 3 nodes\); node 1 of 3 is away/);
  });

  it('databases in another order, or that are no nodes, are refused', async () => {
    const [first = '', second = '', third = ''] = urls;
    await using turned = createNodesReader(readersOf([second, first, third]), STALL);
    await assert.rejects(
      turned.ping(),
      /number [12] of DATABASE_NODE_URLS has to be node [01] of 3, but the database is node [01] of 3/,
    );
    for (const stock of STOCKS) {
      if (nodeOfStock(stock, COUNT) < 2) await assert.rejects(turned.summary({ stock }), WrongNodeError);
    }
    const { url, store } = await openTestStore(server);
    await store[Symbol.asyncDispose]();
    await using strange = createNodesReader(readersOf([first, second, url]), STALL);
    await assert.rejects(strange.stocks({}), /has to be node 2 of 3, but the database is not divided/);
    await ask(first, "UPDATE store_node SET state = 'dividing'");
    await using halved = createNodesReader(readersOf(urls), STALL);
    await assert.rejects(halved.exchanges(), /being divided: npm run distribute has to finish/);
    await ask(first, "UPDATE store_node SET state = 'ready'");
  });

  it('of a subscriber that is named for another node nothing is taken, and the answer says that it may lack ticks', async () => {
    const tails = (node: number) => [
      createNodeTail(
        tailOfLanes(TAIL, lanesOfNode(LANES, { index: 1, count: 3 })),
        NODES[node] ?? { index: 0, count: 1 },
      ),
    ];
    await using reader = createNodesReader(
      urls.map((url, i) => openReader(url, { node: { index: i, count: 3 }, tails: tails(i) })),
      STALL,
    );
    assert.equal((await reader.stocks({})).reach.tailComplete, false);
    assert.equal(reader.load().tailReachable, false);
    assert.equal((await nodes.stocks({})).reach.tailComplete, true);
  });

  it('where the source deals the stocks, the node that has one is asked; two that have it are told', async () => {
    for (const url of urls) await ask(url, 'UPDATE ingest_positions SET lanes = -lanes');
    await using reader = createNodesReader(readersOf(urls), STALL);
    for (const stock of STOCKS)
      assert.deepEqual((await reader.summary({ stock })).value.row, (await one.summary({ stock })).value.row);
    const other = (nodeOfStock('ODD', COUNT) + 1) % COUNT;
    const tick = { stock: 'ODD', exchange: 'NYSE', price: '1', time: YESTERDAY, seq: 1 } as never;
    for (const [at, expected] of [
      [other, 1],
      [(other + 1) % COUNT, undefined],
    ] as const) {
      const client = new pg.Client({ connectionString: urls[at] });
      await client.connect();
      await insertTicks(client, [tick], 'stock_prices');
      await client.end();
      const asked = reader.summary({ stock: 'ODD' });
      if (expected === undefined) await assert.rejects(asked, /"ODD" is on several nodes/);
      else assert.equal(Number((await asked).value.row?.count), expected);
    }
    await assert.rejects(reader.stocks({}), WrongNodeError);
  });
});

async function allPages<Key>(
  page: (after: Key | undefined) => Promise<{ rows: readonly unknown[]; next: Key | undefined }>,
): Promise<readonly never[]> {
  const rows: unknown[] = [];
  let next: Key | undefined;
  do {
    const found = await page(next);
    rows.push(...found.rows);
    next = found.next;
  } while (next !== undefined);
  return rows as never[];
}

/** What goes on, goes on for longer when it is asked later. */
function upToEnd<T extends { readonly until: number }>(hole: T): T {
  return { ...hole, until: Math.min(hole.until, TODAY) };
}

interface Line {
  readonly clock: number;
  readonly text: string;
}

function linesOf(chunks: readonly MarketChunk[]): readonly Line[] {
  return chunks.flatMap((chunk) =>
    Array.from({ length: chunk.count }, (_, i) => {
      const { stock, exchange, price, time, seq } = marketTick(chunk, i);
      return { clock: chunk.clocks[i] as number, text: [exchange, stock, time, seq, price].join(' ') };
    }),
  );
}

/** Of one clock, ticks of different lanes may come in any order. */
function inOneOrder(lines: readonly Line[]): readonly Line[] {
  for (const [i, { clock }] of lines.entries()) assert.ok(i === 0 || clock >= (lines[i - 1]?.clock ?? 0));
  return lines.toSorted((a, b) => a.clock - b.clock || (a.text < b.text ? -1 : 1));
}
