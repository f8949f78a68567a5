import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import {
  type CalendarOf,
  type Candle,
  type EpochMicros,
  type Hole,
  parseTime,
  type Session,
  type SessionCalendar,
} from '@tickwatch/core';
import { tick } from './contract-api.ts';
import { averageHoles, type HolesApi, shortHoles, startHolesApi } from './holes-api.ts';
import { forgetHoles, insertCoverage, insertHoles, rangeOf } from './holes-kit.ts';
import type { TestBackend } from './test-backend.ts';
import type { TestDatabase } from './test-database.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const NINE = parseTime('2026-09-10T09:00:00Z') as number;
const TEN = NINE + 60 * MINUTE;
const NEXT_DAY = NINE + 24 * 60 * MINUTE;

describe('whether an answer is complete', () => {
  let holesApi: HolesApi;
  let database: TestDatabase;
  let api: TestBackend;
  let calendarOf: CalendarOf = () => undefined;

  before(async () => {
    const ticks = [tick('AAPL', 'NASDAQ', '1', NINE, 1), tick('AAPL', 'NASDAQ', '2', NINE + 90 * MINUTE, 2)];
    holesApi = await startHolesApi(ticks, (exchange) => calendarOf(exchange));
    ({ database, api } = holesApi);
  });
  after(() => holesApi[Symbol.asyncDispose]());
  beforeEach(async () => {
    await holesApi.forget([{ from: NINE }, { exchange: 'NYSE', from: NINE }]);
    calendarOf = () => undefined;
  });

  const holesOf = (from?: number, to?: number): Promise<readonly Hole[]> =>
    averageHoles(api, { from, to, more: '', stock: 'AAPL' });
  const short = (holes: readonly Hole[]): readonly string[] => shortHoles(holes, NINE);

  describe('with opening hours', () => {
    // Opens at nine for an hour, each day.
    const session = (n: number): Session => {
      const [open, close] = [NINE + n * 24 * 60 * MINUTE, TEN + n * 24 * 60 * MINUTE] as EpochMicros[];
      return { open: open as EpochMicros, close: close as EpochMicros, day: '2026-09-10', kind: 'regular' };
    };
    beforeEach(() => {
      const all = Array.from({ length: 400 }, (_, n) => session(n - 100));
      const calendar: SessionCalendar = {
        name: 'TEST',
        timeZone: 'UTC',
        between: (from, until) => all.filter(({ open, close }) => open < until && close > from),
        isOpen: (at) => all.some(({ open, close }) => open <= at && at < close),
        lastOpened: (at) => all.findLast(({ open }) => open <= at),
      };
      calendarOf = (exchange) => (exchange === 'NASDAQ' ? calendar : undefined);
    });

    it('a hole from the last tick of one day to the first of the next is none', async () => {
      await insertHoles(database.client, [{ from: TEN - 100_000, to: NEXT_DAY + 100_000 }]);
      assert.deepEqual(short(await holesOf(NINE, NEXT_DAY + MINUTE)), []);
      assert.deepEqual(await (await api.get('/api/gaps')).json(), []);
    });

    it('a hole that reaches into a session is missing there, and the night is not', async () => {
      await insertHoles(database.client, [{ from: TEN - MINUTE, to: NEXT_DAY + 100_000 }]);
      assert.deepEqual(short(await holesOf(NINE, NEXT_DAY + MINUTE)), ['NASDAQ 3540..3599.999999 not_listening']);
      assert.deepEqual(short(await holesOf(TEN, NEXT_DAY)), []);
      const candles = (await (
        await api.get(`/api/candles/AAPL?interval=1h&fill=null&${rangeOf(NINE, TEN + 60 * MINUTE)}`)
      ).json()) as Candle[];
      assert.deepEqual(
        candles.map(({ complete }) => complete),
        [false, true, true],
      );
      assert.equal(((await (await api.get('/api/gaps')).json()) as unknown[]).length, 1);
    });

    it('a feed that was heard while its exchange was closed does not keep the hours', async () => {
      await insertHoles(database.client, [{ from: TEN + 600 * MINUTE, to: TEN + 610 * MINUTE }]);
      assert.deepEqual(short(await holesOf(TEN + 601 * MINUTE, TEN + 602 * MINUTE)), [
        'NASDAQ 39660..39720 not_listening',
      ]);
      await forgetHoles(database.client);
      await insertCoverage(database.client, [{ from: NINE - 300 * MINUTE }]);
      assert.equal((await holesOf(NINE - 400 * MINUTE, NINE - 399 * MINUTE)).length, 1);
    });

    it('messages that are counted are missing at any hour', async () => {
      await insertHoles(database.client, [{ from: TEN - 100_000, to: NEXT_DAY + 100_000, messages: 3 }]);
      assert.deepEqual(short(await holesOf(NINE, NEXT_DAY + MINUTE)), ['NASDAQ 3599.9..86400.1 not_listening 3']);
    });

    it('before the first tick, only sessions are unknown', async () => {
      const day = 24 * 60 * MINUTE;
      assert.deepEqual(short(await holesOf(NINE - day + 60 * MINUTE, NINE)), []);
      assert.deepEqual(short(await holesOf(NINE - day, NINE)), ['NASDAQ -86400..-82800.000001 unknown']);
    });
  });
});
