import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  type CandleInterval,
  type DecimalText,
  type EpochMicros,
  formatMicros,
  type SequencedTick,
} from '@tickwatch/core';
import pg from 'pg';
import { type RangeQuestion, type TickReader, timeWeightedMean } from '../src/index.ts';
import { insertTicks, openReader, readChunks, readPages, readText, tailOf } from './reading-kit.ts';
import { seal } from './sealing-kit.ts';
import { openTestStore, seededRandom, startTestServer, type TestServer, type TestStore } from './store-test-kit.ts';

const DAY = 86_400_000_000;
const HOUR = 3_600_000_000;
const FIRST = Date.parse('2026-03-01T00:00:00Z') * 1000;
const DAYS = 10;
const STOCKS = ['AAPL', 'BRK.B'];
const EXCHANGES = ['NASDAQ', 'NYSE', 'LSE "é"'];
const QUESTIONS = 20;

for (const hasMinutes of [true, false]) {
  describe(`an answer over sealed days${hasMinutes ? '' : ' without minutes'}, late ticks and what is not stored yet is that of the same ticks unsealed`, () => {
    const random = seededRandom(20_260_301);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
    const integer = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
    const ticks = randomTicks(6000);
    const tail = ticks.slice(5950);
    // Late ticks bring minutes back: without them, those of one exchange stay away.
    const isLate = ({ exchange, seq }: SequencedTick): boolean => seq > 5400 && (hasMinutes || exchange !== 'NYSE');
    const early = ticks.slice(0, 5950).filter((tick) => !isLate(tick));
    const late = ticks.slice(0, 5950).filter(isLate);
    const parts: AsyncDisposable[] = [];
    let server: TestServer;
    let unsealed: TickReader;
    let sealed: TickReader;

    function randomTicks(count: number): SequencedTick[] {
      const made: SequencedTick[] = [];
      for (let seq = 1; made.length < count; seq++) {
        const tied = random() < 0.25 ? made.at(-integer(1, 40)) : undefined;
        const burst = FIRST + integer(0, DAYS - 1) * DAY + integer(0, 3) * HOUR + integer(0, 90_000_000);
        const own = {
          stock: pick(STOCKS),
          exchange: pick(EXCHANGES),
          time: random() < 0.6 ? burst : FIRST + integer(0, DAYS * DAY - 1),
        };
        const price = tied !== undefined && random() < 0.3 ? tied.price : randomPrice();
        made.push({ ...own, ...tied, price, seq } as SequencedTick);
      }
      return made;
    }

    function randomPrice(): DecimalText {
      const decimals = pick([0, 2, 2, 2, 2, 2, 4, random() < 0.05 ? 40 : 2]);
      const whole = pick(['220', '220', '220', '-3', '0', '9999999999']);
      const fraction = Array.from({ length: decimals }, () => integer(0, 9)).join('');
      return (decimals === 0 ? whole : `${whole}.${fraction}`) as DecimalText;
    }

    const dayText = (day: number): string => formatMicros((FIRST + day * DAY) as EpochMicros).slice(0, 10);

    async function openDatabase(fill: (client: pg.Client, url: string) => Promise<void>): Promise<TickReader> {
      const store: TestStore = await openTestStore(server);
      const client = new pg.Client({ connectionString: store.url });
      await client.connect();
      for (let day = 0; day < DAYS; day++) await client.query('SELECT create_day_partition($1)', [dayText(day)]);
      await fill(client, store.url);
      await client.end();
      const reader = openReader(store.url, { tails: [tailOf(tail)] });
      parts.unshift(reader, store);
      return reader;
    }

    before(async () => {
      server = await startTestServer();
      parts.push(server);
      unsealed = await openDatabase(async (client) => {
        await insertTicks(client, [...early, ...late], 'day_prices');
      });
      sealed = await openDatabase(async (client, url) => {
        await insertTicks(client, early, 'day_prices');
        for (const day of [0, 1, 2, 4, 5, 8]) {
          await seal(url, dayText(day));
          if (!hasMinutes) await client.query('SELECT drop_minutes($1)', [dayText(day)]);
        }
        await insertTicks(client, late, 'stock_prices');
      });
    });
    after(async () => {
      for (const part of parts) await part[Symbol.asyncDispose]();
    });

    function randomQuestion(): RangeQuestion {
      const moment = (): EpochMicros => {
        const kind = random();
        const near = pick(ticks).time + pick([-1, 0, 1, 0, 1_000_000]);
        return (kind < 0.5 ? near : FIRST + integer(-HOUR, DAYS * DAY + HOUR)) as EpochMicros;
      };
      const [a, b] = [moment(), moment()].sort((x, y) => x - y) as [EpochMicros, EpochMicros];
      const end = random() < 0.3 ? ((a + integer(0, 200_000_000)) as EpochMicros) : b;
      return {
        stock: pick(STOCKS),
        exchange: random() < 0.4 ? pick(EXCHANGES) : undefined,
        start: random() < 0.2 ? undefined : a,
        end: random() < 0.2 ? undefined : end,
      };
    }

    /** Asks both, many times. Which of several equal extremes is shown is not told. */
    async function compare(ask: (reader: TickReader, question: RangeQuestion) => Promise<unknown>): Promise<void> {
      for (let i = 0; i < QUESTIONS; i++) {
        const question = randomQuestion();
        const [found, expected] = [await ask(sealed, question), await ask(unsealed, question)];
        assert.deepEqual(found, expected, JSON.stringify(question));
      }
    }

    it('averages, extremes, ends and time-weighted means', async () => {
      await compare(async (reader, question) => {
        const { value } = await reader.summary(question);
        const { row, span, missing } = value;
        const low = row && plainValue(row.low);
        const high = row && plainValue(row.high);
        const end = question.end === undefined ? undefined : timeWeightedMean(value);
        return { row: row && { ...row, low, high }, span, complete: missing.complete, end };
      });
    });

    it('all prices as text, in both orders', async () => {
      await compare(async (reader, question) => await readText(reader, question, 'asc'));
      for (const order of ['asc', 'desc'] as const) {
        for (const format of ['json', 'ndjson', 'csv'] as const) {
          const question = { stock: 'AAPL' };
          const [found, expected] = [
            await readText(sealed, question, order, format),
            await readText(unsealed, question, order, format),
          ];
          assert.equal(found, expected, `${order} ${format}`);
        }
      }
    });

    it('columns of ticks, in both orders', async () => {
      await compare(async (reader, question) => [
        await readChunks(reader, question, 'asc'),
        await readChunks(reader, question, 'desc'),
      ]);
    });

    it('pages, in both orders', async () => {
      await compare(async (reader, question) => [
        await readPages(reader, question, { order: 'asc', limit: 211 }),
        await readPages(reader, question, { order: 'desc', limit: 499 }),
      ]);
      const question = { stock: 'BRK.B', start: ticks[0]?.time, end: ((ticks[0]?.time ?? 0) + HOUR) as EpochMicros };
      for (const order of ['asc', 'desc'] as const) {
        assert.deepEqual(
          await readPages(sealed, question, { order, limit: 1 }),
          await readPages(unsealed, question, { order, limit: 1 }),
        );
      }
    });

    it('candles of every width, and the newest ones', async () => {
      for (const interval of ['1s', '10s', '1m', '15m', '1h', '1d', '1M'] as readonly CandleInterval[]) {
        await compare(async (reader, question) => {
          const end =
            interval.endsWith('s') && question.end === undefined ? ((FIRST + 3 * DAY) as EpochMicros) : question.end;
          const asked = { ...question, end };
          const { value } = await reader.candles(asked, { interval, fill: 'none', timeZone: 'Asia/Kolkata' });
          return value.map((candle) => ({
            ...candle,
            closeSeq: 0,
            low: plainValue(candle.low),
            high: plainValue(candle.high),
          }));
        });
      }
      for (const interval of ['1s', '1m', '1h'] as readonly CandleInterval[]) {
        await compare(async (reader, { stock, exchange = 'NYSE', end }) => {
          const asked = { stock, exchange, end: end ?? ((FIRST + 4 * DAY) as EpochMicros) };
          const { value } = await reader.newestCandles(asked, interval, 50);
          return value.candles.map((candle) => ({
            ...candle,
            closeSeq: 0,
            low: plainValue(candle.low),
            high: plainValue(candle.high),
          }));
        });
      }
    });

    it('points of a chart', async () => {
      for (const limit of [4, 40, 400, 4000]) {
        await compare(async (reader, question) => {
          const { value } = await reader.points(question, limit);
          return { ...value, ticks: value.ticks.map((tick) => [tick.time, plainValue(tick.price), tick.exchange]) };
        });
      }
    });

    it('prices as of a moment', async () => {
      await compare(async (reader, { stock, exchange, end = FIRST as EpochMicros }) => {
        const { value } = await reader.asOf({ stock, exchange, time: end });
        return value && { ...value, seq: 0 };
      });
    });
  });
}

/** A decimal without the zeros at its end. */
function plainValue(text: string | null): string | null {
  return text?.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
