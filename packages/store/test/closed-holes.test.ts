import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type EpochMicros, laneOfStock } from '@tickwatch/core';
import pg from 'pg';
import { openTestStore, seededRandom, startTestServer, type TestServer, type TestStore } from './store-test-kit.ts';

const BASE = Date.UTC(2026, 8, 10, 12) * 1000;
const STOCKS = ['A', 'B', 'C', 'D'];
const SOURCES = ['one', 'two', 'three'];
/** Times of a turn are 0 … µs. */
const END = 40;

interface Part {
  readonly source: string | undefined;
  readonly stocks: readonly string[] | undefined;
  readonly from: number;
  readonly to: number;
}

describe('holes that an import closes', () => {
  let server: TestServer;
  let opened: TestStore;
  let client: pg.Client;
  before(async () => {
    server = await startTestServer();
    opened = await openTestStore(server);
    client = new pg.Client({ connectionString: opened.url });
    await client.connect();
    for (const stock of STOCKS) {
      await client.query("INSERT INTO stock_prices VALUES ('2026-01-01', $1, 'NYSE', 1)", [stock]);
    }
  });
  after(async () => {
    await client.end();
    await opened[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const random = seededRandom(41);
  const below = (count: number): number => Math.floor(random() * count);
  const some = (): readonly string[] | undefined => {
    const chosen = STOCKS.filter(() => random() < 0.5);
    return chosen.length === 0 ? undefined : chosen;
  };
  const part = (source: string | undefined, longest: number): Part => {
    const from = below(END);
    return { source, stocks: some(), from, to: Math.min(END, from + below(longest)) };
  };
  const time = (micros: number): string => `to_timestamp(${BASE / 1e6}) + interval '${micros} microseconds'`;

  async function insert({ source, stocks, from, to }: Part, lanes: number, lane: number): Promise<void> {
    await client.query(
      `INSERT INTO gaps (lane, lanes, exchange_name, from_time, to_time, reason, stocks, source)
       VALUES ($1, $2, 'NYSE', ${time(from)}, ${time(to)}, $3, $4, $5)`,
      [
        source === undefined ? `NYSE/${lane}` : '',
        lanes,
        source === undefined ? 'refused' : 'rejected',
        stocks ?? null,
        source,
      ],
    );
  }

  it('are those that are really filled, µs by µs and stock by stock', async () => {
    for (let turn = 0; turn < 60; turn++) {
      await client.query('TRUNCATE import_progress CASCADE');
      const lanes = 1 + below(2);
      const live = Array.from({ length: 3 }, () => ({ ...part(undefined, 15), stocks: undefined, lane: below(lanes) }));
      const imports = SOURCES.map((source) => part(source, END));
      const unread = SOURCES.filter(() => random() < 0.5).map((source) => part(source, 6));
      for (const source of SOURCES)
        await client.query('INSERT INTO import_progress (source, position) VALUES ($1, 1)', [source]);
      for (const hole of live) await insert(hole, lanes, hole.lane);
      for (const hole of unread) await insert(hole, 1, 0);
      for (const { source, stocks, from, to } of imports) {
        for (const stock of stocks ?? [null]) {
          await client.query(
            `INSERT INTO coverage (exchange_name, stock_name, from_time, to_time, source)
             VALUES ('NYSE', $1, ${time(from)}, ${time(to)}, $2)`,
            [stock, source],
          );
        }
      }
      const concerns = (one: Part, stock: string): boolean => one.stocks?.includes(stock) !== false;
      const at = (one: Part, micro: number): boolean => micro >= one.from && micro <= one.to;
      const fills = (source: string, stock: string, micro: number): boolean =>
        imports.some((one) => one.source === source && concerns(one, stock) && at(one, micro)) &&
        !unread.some((one) => one.source === source && concerns(one, stock) && at(one, micro));
      const expected = live.flatMap(({ from, to, lane }) => {
        const concerned = STOCKS.filter((stock) => laneOfStock(stock, lanes) === lane);
        const micros = Array.from({ length: to - from + 1 }, (_, i) => from + i);
        const isOpen = (stock: string, micro: number): boolean =>
          !SOURCES.slice(1).some((source) => fills(source, stock, micro));
        const touched = concerned.some((stock) =>
          micros.some((micro) => isOpen(stock, micro) && fills('one', stock, micro)),
        );
        const closed = concerned.filter((stock) =>
          micros.every((micro) => !isOpen(stock, micro) || fills('one', stock, micro)),
        );
        return touched ? [`${from} ${to}: ${closed.length} of ${concerned.length}`] : [];
      });
      const { holes } = await opened.store.closedHoles(await opened.store.importCoverage('one'), 'one');
      const found = holes
        .filter(({ reason }) => reason === 'refused')
        .map(({ from, to, closed, stocks, left }) => {
          const micros = (span: { from: EpochMicros; to: EpochMicros }) => span.to - span.from + 1;
          assert.ok(left.every((span) => span.from >= from && span.to <= to && micros(span) > 0));
          assert.ok(closed < stocks || left.length === 0);
          return `${from - BASE} ${to - BASE}: ${closed} of ${stocks}`;
        });
      assert.deepEqual(found.sort(), expected.sort(), JSON.stringify({ live, imports, unread }));
    }
  });
});
