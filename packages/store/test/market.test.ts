import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  type DecimalText,
  type EpochMicros,
  formatMicros,
  laneName,
  laneOfStock,
  type SequencedTick,
  type TailReply,
  type TailSource,
} from '@tickwatch/core';
import { type MarketPlace, type MarketQuestion, marketTick, type TickReader } from '../src/index.ts';
import { type MarketOracle, marketOracle } from './fixtures/market-oracle.ts';
import { openReader } from './reading-kit.ts';
import { fill, seal } from './sealing-kit.ts';
import { ask, openTestStore, seededRandom, startTestServer } from './store-test-kit.ts';

const DAY = 86_400_000_000;
const FIRST = Date.parse('2026-03-02T00:00:00Z') * 1000;
/** Days 0 and 2 are sealed; day 4 has rows and no partition. */
const SEALED = [0, 2];
const DAYS = [0, 1, 2, 3, 4];
const EXCHANGES = ['NASDAQ', 'NYSE', 'LSE "é"'] as const;
const STOCKS = ['AAPL', 'MSFT', 'BRK.B', 'Ünï', 'ZZ', 'A', 'B'];
/** From this number on NASDAQ has four lanes, before it two. */
const CHANGE_SEQ = 2500;
const QUESTIONS = 40;

describe('the ticks of many stocks', () => {
  const random = seededRandom(20_260_302);
  const integer = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const pick = <T>(items: readonly T[]): T => items[integer(0, items.length - 1)] as T;
  const parts: AsyncDisposable[] = [];
  const lanesOf = (exchange: string, seq: number): number => (exchange !== 'NASDAQ' ? 1 : seq >= CHANGE_SEQ ? 4 : 2);
  const laneOf = ({ stock, exchange, seq }: SequencedTick): string =>
    laneName(exchange, laneOfStock(stock, lanesOf(exchange, seq)));
  const dayText = (day: number): string => formatMicros((FIRST + day * DAY) as EpochMicros).slice(0, 10);
  const dayOf = ({ time }: SequencedTick): number => Math.floor((time - FIRST) / DAY);
  let reader: TickReader;
  let oracle: MarketOracle;

  /** In the order of arrival: bursts, about a second or a minute of them a day; some late, by little or by much; ties; same ones. */
  function randomTicks(count: number): readonly SequencedTick[] {
    const ticks: SequencedTick[] = [];
    for (const [at, day] of DAYS.entries()) {
      let clock = FIRST + day * DAY + pick([0, DAY - 20_000_000, integer(0, DAY - 1)]);
      const step = pick([2000, 20_000, 200_000]);
      for (let i = 0; i < count / DAYS.length; i++) {
        clock = Math.min(clock + integer(0, step), FIRST + (day + 1) * DAY - 1);
        const seq = Math.floor((at * count) / DAYS.length) + i + 1;
        const same = random() < 0.05 ? ticks.at(-1) : undefined;
        const lateBy = random() < 0.2 ? integer(0, pick([1000, 100_000, 4_000_000, 5_000_000, 12_000_000])) : 0;
        const coarse = random() < 0.3 ? 1_000_000 : 1;
        const time = Math.floor((clock - lateBy) / coarse) * coarse;
        const price = pick(['220.40', '220.4', '221', '-0.01', `1${'0'.repeat(20)}.5`, '0.000001']) as DecimalText;
        const stock = pick(STOCKS);
        const exchange = pick(EXCHANGES);
        ticks.push({ stock, exchange, price, time: Math.max(FIRST, time) as EpochMicros, seq, ...same });
      }
    }
    return ticks;
  }

  function tailOf(ticks: readonly SequencedTick[]): TailSource {
    const lanes = EXCHANGES.flatMap((name) =>
      Array.from({ length: lanesOf(name, CHANGE_SEQ) }, (_, k) => laneName(name, k)),
    );
    return {
      async tail(): Promise<TailReply> {
        return {
          ticks: ticks.map((tick) => ({
            stock_name: tick.stock,
            exchange_name: tick.exchange,
            lane: laneOf(tick),
            price: tick.price,
            timestamp: formatMicros(tick.time),
            seq: tick.seq,
          })),
          lanes: Object.fromEntries(lanes.map((lane) => [lane, { from: 0, to: 1e9 }])),
          configured: lanes,
          holes: [],
        };
      },
    };
  }

  before(async () => {
    const server = await startTestServer();
    const store = await openTestStore(server);
    const ticks = randomTicks(4000);
    const isIn = (days: readonly number[]) => (tick: SequencedTick) => days.includes(dayOf(tick));
    // What came last is late where the day is sealed, and not stored yet.
    const isLate = (tick: SequencedTick): boolean => isIn(SEALED)(tick) && tick.seq % 17 === 0;
    const tail = ticks.filter((tick) => tick.seq > 3950 || (isLate(tick) && tick.seq % 5 === 0));
    const stored = ticks.filter((tick) => !tail.includes(tick));
    for (const day of DAYS.slice(0, 4)) await ask(store.url, `SELECT create_day_partition('${dayText(day)}')`);
    await ask(store.url, `INSERT INTO lane_layouts VALUES ('NASDAQ', 0, 2), ('NASDAQ', ${CHANGE_SEQ}, 4)`);
    await fill(
      store.url,
      'day_prices',
      stored.filter((tick) => !isIn([4])(tick) && !isLate(tick)),
      300,
    );
    await fill(store.url, 'late_prices', stored.filter(isIn([4])), 300);
    for (const day of SEALED) await seal(store.url, dayText(day));
    await fill(store.url, 'late_prices', stored.filter(isLate), 300);
    reader = openReader(store.url, { tails: [tailOf(tail)] });
    parts.push(reader, store, server);
    oracle = marketOracle(ticks, {
      laneOf,
      isInBlock: (tick) => isIn(SEALED)(tick) && !isLate(tick),
      isSealed: isIn(SEALED),
    });
  });
  after(async () => {
    for (const part of parts) await part[Symbol.asyncDispose]();
  });

  function randomQuestion(): MarketQuestion {
    const moment = (): number => {
      const tick = pick(oracle.ticks);
      return random() < 0.3 ? FIRST + integer(0, 5) * DAY : tick.time + pick([0, 0, 1, integer(-6_000_000, 6_000_000)]);
    };
    const [from = 0, until = 0] = [moment(), moment()].sort((a, b) => a - b);
    return {
      from: from as EpochMicros,
      until,
      exchange: random() < 0.3 ? pick(EXCHANGES) : undefined,
      stocks: random() < 0.3 ? [pick(STOCKS), pick(STOCKS)] : undefined,
    };
  }

  async function stream(question: MarketQuestion): Promise<readonly string[]> {
    const lines: string[] = [];
    const { chunks } = await reader.market(question);
    for await (const chunk of chunks) {
      for (let i = 0; i < chunk.count; i++) lines.push(lineOf(marketTick(chunk, i), chunk.clocks[i] as number));
    }
    return lines;
  }

  async function pages(question: MarketQuestion, limit: number): Promise<readonly string[]> {
    const lines: string[] = [];
    for (let after: MarketPlace | undefined; ; ) {
      const { chunks, next } = await reader.marketPage({ ...question, after, limit });
      const before = lines.length;
      for (const chunk of chunks) {
        for (let i = 0; i < chunk.count; i++) lines.push(lineOf(marketTick(chunk, i), chunk.clocks[i] as number));
      }
      assert.ok(next === undefined || lines.length - before === limit, 'a page that is not the last one is full');
      if (next === undefined) return lines;
      after = next;
    }
  }

  function lineOf({ stock, exchange, price, time, seq }: SequencedTick, clock: number): string {
    return `${clock - FIRST} ${time - FIRST} ${exchange} ${stock} ${price} ${seq}`;
  }

  /** Tells where two long lists begin to differ, not all of both. */
  function assertSame(found: readonly string[], wanted: readonly string[], question: unknown): void {
    const at = wanted.findIndex((line, i) => line !== found[i]);
    const first = at < 0 ? wanted.length : at;
    const told = `from tick ${first} on: ${JSON.stringify(question)}`;
    assert.deepEqual(found.slice(first, first + 5), wanted.slice(first, first + 5), told);
  }

  function expected(question: MarketQuestion): readonly string[] {
    return oracle.ask(question).map(({ tick, clock, seq }) => lineOf({ ...tick, seq }, clock));
  }

  it('come in the order in which they arrived, each once', async () => {
    const all = { from: 0 as EpochMicros, until: Number.MAX_SAFE_INTEGER };
    assertSame(await stream(all), expected(all), all);
    for (let i = 0; i < QUESTIONS; i++) {
      const question = randomQuestion();
      assertSame(await stream(question), expected(question), question);
    }
  });

  it('are the same page by page', async () => {
    const all = { from: 0 as EpochMicros, until: Number.MAX_SAFE_INTEGER };
    assertSame(await pages(all, 337), expected(all), all);
    for (let i = 0; i < QUESTIONS / 2; i++) {
      const question = randomQuestion();
      const limit = pick([1, 2, 7, 50, 1000]);
      const some = { ...question, until: Math.min(question.until, question.from + (limit < 50 ? 3_000_000 : DAY)) };
      assertSame(await pages(some, limit), expected(some), [some, limit]);
    }
  });
});
