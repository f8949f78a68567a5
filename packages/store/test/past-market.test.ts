import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  compareTicks,
  type DecimalText,
  type EpochMicros,
  formatMicros,
  type SequencedTick,
  type TailReply,
  type TailSource,
  TimeZone,
} from '@tickwatch/core';
import pg from 'pg';
import type { AsOfAllQuestion, BoardQuestion, StockKey, TickReader } from '../src/index.ts';
import { compareStocks, stockKeyText } from '../src/reader/stock-order.ts';
import { insertTicks, openReader, tailOf } from './reading-kit.ts';
import { seal } from './sealing-kit.ts';
import { openTestStore, seededRandom, startTestServer, type TestServer } from './store-test-kit.ts';

const DAY = 86_400_000_000;
const HOUR = 3_600_000_000;
const MINUTE = 60_000_000;
const FIRST = Date.parse('2026-03-01T00:00:00Z') * 1000;
const DAYS = 8;
const STOCKS = ['AAPL', 'BRK.B', 'Ärger', 'Z', 'LONE'];
const EXCHANGES = ['NASDAQ', 'NYSE', 'LSE "é"'];
const ZONES = ['UTC', 'America/New_York', 'Asia/Tokyo', 'Asia/Kolkata', 'Pacific/Chatham'];
const SORTS = ['name', 'name', 'price', 'time', 'change', 'change_percent', 'ticks'] as const;
const QUESTIONS = 60;

for (const kept of ['all minutes', 'no minutes of sealed days', 'no single ticks of the first days'] as const) {
  describe(`the market as it stood at a moment, with ${kept}`, () => {
    const random = seededRandom(20_260_302);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
    const integer = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
    const ticks = randomTicks(5000);
    const tail = ticks.slice(4950);
    // Late ticks bring minutes back: without them, those of one exchange stay away.
    const isLate = ({ exchange, seq }: SequencedTick): boolean =>
      seq > 4700 && (kept === 'all minutes' || exchange !== 'NYSE');
    const early = ticks.slice(0, 4950).filter((tick) => !isLate(tick));
    const late = ticks.slice(0, 4950).filter(isLate);
    const rawFrom = kept === 'no single ticks of the first days' ? FIRST + 2 * DAY : FIRST;
    const parts: AsyncDisposable[] = [];
    let server: TestServer;
    let reader: TickReader;
    /** What has come by a moment, and nothing else. */
    let fresh: { readonly reader: TickReader; by: (moment: number) => void };

    function randomTicks(count: number): SequencedTick[] {
      const made: SequencedTick[] = [];
      const hours = Array.from({ length: 5 }, () => FIRST + integer(0, DAYS * 24 - 1) * HOUR);
      for (let seq = 1; made.length < count; seq++) {
        const tied = random() < 0.25 ? made.at(-integer(1, 40)) : undefined;
        const kind = random();
        const whole = FIRST + integer(0, DAYS - 1) * DAY + integer(0, 3) * HOUR;
        const own = {
          stock: random() < 0.01 ? 'LONE' : pick(STOCKS.slice(0, 4)),
          exchange: pick(EXCHANGES),
          time:
            kind < 0.5
              ? whole + integer(0, 200_000_000)
              : kind < 0.8
                ? pick(hours) + integer(0, HOUR)
                : FIRST + integer(0, DAYS * DAY - 1),
        };
        const price = tied !== undefined && random() < 0.3 ? tied.price : randomPrice();
        made.push({ ...own, ...tied, price, seq } as SequencedTick);
      }
      return made;
    }

    function randomPrice(): DecimalText {
      const decimals = pick([0, 2, 2, 2, 2, 4, random() < 0.05 ? 40 : 2]);
      const whole = pick(['220', '220', '221', '-3', '0', '9999999999']);
      const fraction = Array.from({ length: decimals }, () => integer(0, 9)).join('');
      return (decimals === 0 ? whole : `${whole}.${fraction}`) as DecimalText;
    }

    const dayText = (day: number): string => formatMicros((FIRST + day * DAY) as EpochMicros).slice(0, 10);

    before(async () => {
      server = await startTestServer();
      parts.push(server);
      const store = await openTestStore(server);
      const client = new pg.Client({ connectionString: store.url });
      await client.connect();
      for (let day = 0; day < DAYS; day++) await client.query('SELECT create_day_partition($1)', [dayText(day)]);
      await insertTicks(client, early, 'day_prices');
      for (const day of [0, 1, 2, 4, 5]) {
        await seal(store.url, dayText(day));
        if (kept !== 'all minutes') await client.query('SELECT drop_minutes($1)', [dayText(day)]);
      }
      await insertTicks(client, late, 'stock_prices');
      if (rawFrom > FIRST) await client.query('SELECT drop_raw_before($1, 10)', [dayText(2)]);
      await client.end();
      reader = openReader(store.url, { tails: [tailOf(tail)] });
      const empty = await openTestStore(server);
      let known: readonly SequencedTick[] = [];
      const source = {
        tail: (...asked: Parameters<TailSource['tail']>): Promise<TailReply> => tailOf(known).tail(...asked),
      };
      fresh = {
        reader: openReader(empty.url, { tails: [source] }),
        by: (moment) => {
          known = ticks.filter(({ time }) => time <= moment);
        },
      };
      parts.unshift(reader, fresh.reader, store, empty);
    });
    after(async () => {
      for (const part of parts) await part[Symbol.asyncDispose]();
    });

    /** Before single ticks are kept, a moment at which no tick lies within a minute's ticks. */
    function randomMoment(): EpochMicros {
      for (;;) {
        const kind = random();
        const near = pick(ticks).time + pick([-1, 0, 0, 1, 1_000_000, MINUTE]);
        const whole = Math.floor(near / HOUR) * HOUR + integer(-1, 1);
        const moment = kind < 0.6 ? near : kind < 0.7 ? whole : FIRST + integer(-HOUR, DAYS * DAY + DAY);
        if (moment >= rawFrom) return moment as EpochMicros;
        const minute = Math.floor(moment / MINUTE) * MINUTE;
        const inMinute = ticks.filter(({ time }) => time >= minute && time < minute + MINUTE);
        if (inMinute.every(({ time }) => time > moment) || inMinute.every(({ time }) => time <= moment)) {
          return moment as EpochMicros;
        }
      }
    }

    function filters() {
      return {
        exchange: random() < 0.2 ? pick(EXCHANGES) : undefined,
        stocks: random() < 0.2 ? ['AAPL', 'Ärger', 'none'] : undefined,
      };
    }

    it('last ticks of all stocks are what brute force says, page by page', async () => {
      for (let i = 0; i < QUESTIONS; i++) {
        const time = randomMoment();
        const question = { time, limit: integer(1, 20), ...filters() };
        const last = new Map<string, SequencedTick>();
        for (const tick of ticks.toSorted(compareTicks)) {
          if (tick.time > time || (question.exchange ?? tick.exchange) !== tick.exchange) continue;
          if (question.stocks?.includes(tick.stock) === false) continue;
          last.set(stockKeyText(tick), tick);
        }
        const expected = [...last.values()].sort(compareStocks).map(lineOf);
        assert.deepEqual((await asOfPages(reader, question)).map(lineOf), expected, JSON.stringify(question));
        const one = expected[0] === undefined ? undefined : last.values().next().value;
        const { value } = await reader.asOf({ stock: one?.stock ?? 'Z', exchange: one?.exchange ?? 'NYSE', time });
        if (one !== undefined && value !== undefined) assert.equal(lineOf(value), lineOf(one));
      }
    });

    it('the board is the one that would have been seen then', async () => {
      for (let i = 0; i < QUESTIONS; i++) {
        const now = randomMoment();
        const zoneDay = dayOf(pick(ZONES), now);
        const own = random() < 0.5 ? [] : [pick(EXCHANGES)];
        const sort = pick(SORTS);
        const question = {
          ...filters(),
          now,
          day: zoneDay,
          ownDays: new Map(
            own
              .map((name) => [name, dayOf(pick(ZONES), now - pick([0, 0, 24, 60]) * HOUR)] as const)
              .map(([name, { from }]) => [name, { from, until: Number.POSITIVE_INFINITY }]),
          ),
          sort,
          order: pick(['asc', 'desc'] as const),
          limit: integer(1, 20),
          lastDay: random() < 0.5,
          sparkline: pick(['hours', 'minutes', 'none'] as const),
        };
        fresh.by(now);
        const expected = await boardPages(fresh.reader, question);
        const found = await boardPages(reader, { ...question, isPast: true });
        assert.deepEqual(found, expected, `${i} ${formatMicros(now)} ${JSON.stringify(question)}`);
      }
    });
  });
}

function dayOf(zone: string, moment: number): { readonly from: number; readonly until: number } {
  const [from = 0, until = 0] = new TimeZone(zone).dayStarts(moment, moment + 2 * DAY);
  return { from, until };
}

function lineOf({ stock, exchange, time, price }: SequencedTick): string {
  return `${stock} ${exchange} ${formatMicros(time)} ${plain(price)}`;
}

async function asOfPages(reader: TickReader, question: AsOfAllQuestion): Promise<readonly SequencedTick[]> {
  const ticks: SequencedTick[] = [];
  for (let after: StockKey | undefined; ; ) {
    const { value } = await reader.asOfAll({ ...question, after });
    ticks.push(...value.ticks);
    after = value.next;
    if (after === undefined) return ticks;
  }
}

async function boardPages(reader: TickReader, question: BoardQuestion): Promise<readonly object[]> {
  const rows: object[] = [];
  for (let { after } = question; ; ) {
    const { value } = await reader.board({ ...question, after });
    for (const row of value.rows) {
      const decimals = ['price', 'previousClose', 'change', 'changePercent', 'open', 'high', 'low'] as const;
      const plainOnes = Object.fromEntries(decimals.map((name) => [name, plain(row[name])]));
      rows.push({ ...row, ...plainOnes, sparkline: row.sparkline.map(plain) });
    }
    after = value.next;
    if (after === undefined) return rows;
  }
}

/** A decimal without the zeros at its end. */
function plain(text: string | null): string | null {
  return text?.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
