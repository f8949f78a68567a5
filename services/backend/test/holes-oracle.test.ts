import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Average, type Candle, GAP_REASONS, type Gap, laneOfStock, parseTime } from '@tickwatch/core';
import type { TickReader } from '@tickwatch/store';
import { tick } from './contract-api.ts';
import { type CoverageRow, type HoleRow, insertCoverage, insertHoles, time } from './holes-kit.ts';
import { commit, Tail } from './market.ts';
import { Random } from './random.ts';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const BEGIN = parseTime('2026-09-10T00:00:00Z') as number;
const DAY = 86_400_000_000;
const HOUR = DAY / 24;
const STOCKS = ['AAPL', 'MSFT', 'BRK.B', 'IBM'];
const EXCHANGES = ['NASDAQ', 'NYSE'];
const QUESTIONS = 300;

interface Bounds {
  readonly from: number;
  readonly to: number;
}

interface Left extends Bounds {
  readonly hole: Known;
}

type Known = HoleRow & { readonly id: number; readonly exchange: string };

describe('a thousand holes at random', () => {
  const random = new Random(14);
  let database: TestDatabase;
  let reader: TickReader;
  let api: TestBackend;
  let holes: readonly Known[] = [];
  let spans: readonly Required<CoverageRow>[] = [];

  before(async () => {
    database = await startTestDatabase();
    const ticks = STOCKS.flatMap((stock) => EXCHANGES.map((exchange) => ({ stock, exchange })));
    await commit(
      database.client,
      ticks.map(({ stock, exchange }, i) => tick(stock, exchange, '1', BEGIN, i + 1)),
    );
    const rows = Array.from({ length: 1000 }, () => randomHole());
    const ids = await insertHoles(database.client, rows);
    holes = rows.map((row, i) => ({ ...row, id: ids[i] ?? 0 }));
    spans = Array.from({ length: 200 }, (_, i) => {
      const hole = random.pick(rows);
      const from = random.pick([hole.from, hole.from + 1, random.integer(BEGIN, BEGIN + DAY)]);
      const to = Math.max(from, random.pick([hole.to, hole.to - 1, from + random.integer(0, HOUR)]));
      return { exchange: hole.exchange, stock: random.pick([...STOCKS, '']), from, to, source: `file ${i}` };
    });
    await insertCoverage(database.client, [
      ...EXCHANGES.map((exchange) => ({ exchange, from: BEGIN })),
      ...spans.map(({ stock, ...span }) => (stock === '' ? span : { stock, ...span })),
    ]);
    reader = openReader(database.url, [new Tail()]);
    api = await listenBackend(reader);
  });
  after(async () => {
    await api[Symbol.asyncDispose]();
    await reader[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  /** Short ones mostly, so that there are ranges between them; some of lanes, overlapping, of no width. */
  function randomHole(): HoleRow & { readonly exchange: string } {
    const exchange = random.pick(EXCHANGES);
    const lanes = random.pick([1, 4]);
    const from = random.integer(BEGIN, BEGIN + DAY);
    const length = random.pick([0, 1, 1000, 1_000_000, 20_000_000]);
    const lane = `${exchange}/${random.integer(0, lanes - 1)}`;
    const counted = random.next() < 0.5 ? { messages: random.integer(0, 9) } : {};
    return { exchange, lane, lanes, from, to: from + length, reason: random.pick(GAP_REASONS), ...counted };
  }

  /** What files left of the holes that concern a stock, each hole looked at alone. */
  function leftOf(stock: string, exchange: string | undefined): readonly Left[] {
    return holes
      .filter((hole) => exchange === undefined || hole.exchange === exchange)
      .filter(({ lane = '', lanes = 1 }) => lane.endsWith(`/${laneOfStock(stock, lanes)}`))
      .flatMap((hole) => {
        const filling = spans.filter((span) => span.exchange === hole.exchange && ['', stock].includes(span.stock));
        const left = filling.reduce<readonly Bounds[]>(
          (parts, span) =>
            parts.flatMap(({ from, to }) =>
              span.to < from || span.from > to
                ? [{ from, to }]
                : [
                    { from, to: Math.min(to, span.from - 1) },
                    { from: Math.max(from, span.to + 1), to },
                  ].filter((part) => part.from <= part.to),
            ),
          [{ from: hole.from, to: hole.to }],
        );
        return left.map((part) => ({ ...part, hole }));
      });
  }

  function randomQuestion() {
    const stock = random.pick(STOCKS);
    const exchange = random.pick([...EXCHANGES, undefined]);
    const near = random.pick(holes);
    const from = random.pick([near.from, near.to, near.to + 1, random.integer(BEGIN, BEGIN + DAY)]);
    const to = from + random.pick([0, 1000, 30_000_000, 300_000_000, HOUR, DAY]);
    const query = `start_time=${time(from)}&end_time=${time(to)}${exchange === undefined ? '' : `&exchange=${exchange}`}`;
    const left = leftOf(stock, exchange).filter((part) => part.from <= to && part.to >= from);
    return { stock, from, to, query, left };
  }

  it('each answer over a range that touches one says so, and every other says that it is complete', async () => {
    let complete = 0;
    for (let i = 0; i < QUESTIONS; i++) {
      const { stock, from, to, query, left } = randomQuestion();
      const average = (await (await api.get(`/api/average/${stock}?${query}`)).json()) as Average;
      assert.equal(average.complete, left.length === 0, query);
      if (average.complete) complete++;
      const told = average.holes.map(
        (hole) => `${hole.exchange_name} ${hole.from_time} ${hole.to_time} ${hole.reason} ${hole.messages}`,
      );
      const expected = left.map(({ hole, ...part }) => {
        const [first, last] = [Math.max(part.from, from), Math.min(part.to, to)];
        const isAll = first === hole.from && last === hole.to;
        return `${hole.exchange} ${time(first)} ${time(last)} ${hole.reason} ${isAll ? (hole.messages ?? null) : null}`;
      });
      if (expected.length <= 100) assert.deepEqual(told.toSorted(), expected.toSorted(), query);
      else assert.equal(told.length, 100, query);
    }
    assert.ok(complete > QUESTIONS / 5 && complete < (QUESTIONS * 4) / 5, `${complete} were complete`);
  });

  it('each candle that one touches is marked, and no other', async () => {
    for (let i = 0; i < 40; i++) {
      const { stock, from, to, query, left } = randomQuestion();
      if (to - from > HOUR) continue;
      const answer = await api.get(`/api/candles/${stock}?interval=1m&fill=null&${query}`);
      assert.equal(answer.headers.get('x-complete'), String(left.length === 0));
      for (const candle of (await answer.json()) as readonly Candle[]) {
        const start = parseTime(candle.time) as number;
        const [first, last] = [Math.max(start, from), Math.min(start + 60_000_000 - 1, to)];
        const isTouched = left.some((part) => part.from <= last && part.to >= first);
        assert.equal(candle.complete, !isTouched, `${candle.time} ${query}`);
      }
    }
  });

  it('all of them are listed, each once, with its bounds and its reason, but for what files brought', async () => {
    for (let i = 0; i < 60; i++) {
      const { stock, query, left } = randomQuestion();
      const limit = random.pick([1, 7, 1000]);
      const found = await pagesOf(`/api/gaps?stock=${stock}&${query}&limit=${limit}`, 200);
      const told = found.map((gap) => `${gap.id} ${gap.lane} ${gap.from_time} ${gap.to_time} ${gap.reason}`);
      const expected = left.map(
        ({ hole, from, to }) => `${hole.id} ${hole.lane} ${time(from)} ${time(to)} ${hole.reason}`,
      );
      if (found.length < 200) assert.deepEqual(told.toSorted(), expected.toSorted(), query);
      else assert.ok(told.every((one) => expected.includes(one)) && new Set(told).size === told.length, query);
    }
  });

  it('without a stock, what is filled for every stock is left out, and stocks that have all are named', async () => {
    const found = await pagesOf('/api/gaps');
    const lefts = EXCHANGES.flatMap((exchange) =>
      STOCKS.map((stock) => ({ stock, exchange, parts: leftOf(stock, exchange) })),
    );
    for (const hole of holes) {
      const concerned = STOCKS.filter((stock) => hole.lane?.endsWith(`/${laneOfStock(stock, hole.lanes ?? 1)}`));
      const rows = found.filter(({ id }) => id === hole.id);
      const left = concerned.map((stock) =>
        lefts
          .filter((one) => one.stock === stock && one.exchange === hole.exchange)
          .flatMap(({ parts }) => parts.filter((part) => part.hole.id === hole.id)),
      );
      if (concerned.length === 0) continue;
      assert.equal(
        rows.length === 0,
        left.every((parts) => parts.length === 0),
        `${hole.id}`,
      );
      const full = concerned.filter((_, i) => left[i]?.length === 0);
      // What is brought of every stock is told by the bounds, not by names.
      for (const row of rows)
        assert.ok(
          row.filled_stocks.every((stock) => full.includes(stock)),
          `${hole.id}`,
        );
      const moments = [hole.from, hole.to, ...left.flat().flatMap(({ from, to }) => [from, to])];
      for (const moment of moments) {
        const isLeft = left.some((parts) => parts.some(({ from, to }) => from <= moment && to >= moment));
        const isTold = rows.some((row) => row.from_time <= time(moment) && (row.to_time ?? '') >= time(moment));
        assert.equal(isTold, isLeft, `${hole.id} ${time(moment)}`);
      }
    }
    const all = await pagesOf('/api/gaps?closed=true');
    assert.equal(new Set(all.map(({ id }) => id)).size, holes.length);
    assert.ok(all.some(({ filled }) => filled));
  });

  async function pagesOf(first: string, atMost = Number.POSITIVE_INFINITY): Promise<readonly Gap[]> {
    const found: Gap[] = [];
    for (let path: string | undefined = first; path !== undefined && found.length < atMost; ) {
      const answer: Response = await api.get(path);
      found.push(...((await answer.json()) as Gap[]));
      path = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
    }
    return found;
  }
});
