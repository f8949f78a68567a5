import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type Average, type CalendarOf, type Coverage, calendarsOf, type Gap, nowMicros } from '@tickwatch/core';
import { tick } from './contract-api.ts';
import { type HolesApi, startHolesApi } from './holes-api.ts';
import { forgetHoles, insertCoverage, insertHoles, storeLane, time, toldHole } from './holes-kit.ts';
import { commit, type Tail } from './market.ts';
import type { TestBackend } from './test-backend.ts';
import type { TestDatabase } from './test-database.ts';

const SECOND = 1_000_000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
/** Midnight in UTC. */
const TODAY = Math.floor(nowMicros() / DAY) * DAY;

type Day = Coverage[number]['days'][number];

describe('GET /api/coverage', () => {
  let holesApi: HolesApi;
  let database: TestDatabase;
  let tail: Tail;
  let api: TestBackend;
  let calendarOf: CalendarOf = () => undefined;

  before(async () => {
    const ticks = [tick('AAPL', 'NASDAQ', '1', TODAY - 30 * DAY, 1), tick('MSFT', 'NASDAQ', '1', TODAY - 20 * DAY, 2)];
    holesApi = await startHolesApi(ticks, (exchange) => calendarOf(exchange));
    ({ database, tail, api } = holesApi);
  });
  after(() => holesApi[Symbol.asyncDispose]());
  beforeEach(async () => {
    await holesApi.forget([{ from: TODAY - 10 * DAY + 6 * HOUR }]);
    calendarOf = () => undefined;
  });

  async function ask(query = '?exchange=NASDAQ&timezone=UTC'): Promise<Coverage> {
    return (await (await api.get(`/api/coverage${query}`)).json()) as Coverage;
  }

  /** The day so many days ago. */
  const dayOf = (coverage: Coverage, ago: number): Day => coverage[0]?.days.at(-1 - ago) ?? assert.fail('no such day');
  const state = ({ state: name, missing_seconds: seconds, messages, holes, reasons }: Day): unknown[] => [
    name,
    seconds,
    messages,
    holes,
    reasons.join(),
  ];

  it('has ninety days up to now: unknown before the first tick, then complete', async () => {
    const coverage = await ask();
    assert.equal(coverage[0]?.days.length, 90);
    assert.equal(coverage[0]?.covered_from, time(TODAY - 10 * DAY + 6 * HOUR));
    const today = dayOf(coverage, 0);
    assert.equal(today.from_time, time(TODAY));
    assert.ok(Math.abs(Date.parse(today.to_time) - Date.now()) < 30_000);
    assert.deepEqual(state(today), ['complete', 0, 0, 0, '']);
    assert.deepEqual(state(dayOf(coverage, 10)), ['unknown', 6 * 3600, null, 0, 'unknown']);
    assert.deepEqual(state(dayOf(coverage, 11)), ['unknown', 24 * 3600, null, 0, 'unknown']);
    assert.equal((await ask('?days=3'))[0]?.days.length, 3);
  });

  it('tells how much is missing of each day, overlapping holes once, and how many messages', async () => {
    await insertHoles(database.client, [
      { from: TODAY - 5 * DAY + HOUR, to: TODAY - 5 * DAY + 2 * HOUR - 1, messages: 5, reason: 'refused' },
      { from: TODAY - 5 * DAY + HOUR, to: TODAY - 5 * DAY + 3 * HOUR - 1, messages: 7, lane: 'NASDAQ/1', lanes: 2 },
      { from: TODAY - 3 * DAY - HOUR, to: TODAY - 3 * DAY + HOUR - 1, messages: 2 },
    ]);
    const coverage = await ask();
    assert.deepEqual(state(dayOf(coverage, 5)), ['holes', 7200, 12, 2, 'refused,not_listening']);
    assert.deepEqual(state(dayOf(coverage, 4)), ['holes', 3600, null, 1, 'not_listening']);
    assert.deepEqual(state(dayOf(coverage, 3)), ['holes', 3600, null, 1, 'not_listening']);
    assert.deepEqual(state(dayOf(coverage, 2)), ['complete', 0, 0, 0, '']);
  });

  it('knows what is open now, and that nothing is known behind what is stored while nobody can be asked', async () => {
    tail.holes = [toldHole({ from_time: time(TODAY - HOUR), to_time: null })];
    const open = await ask();
    assert.deepEqual(state(dayOf(open, 1)), ['holes', 3600, null, 1, 'not_listening']);
    assert.equal(dayOf(open, 0).state, 'holes');
    tail.holes = [];
    await storeLane(database.client, 'NASDAQ/0', TODAY - 2 * HOUR);
    tail.fault = async () => {
      throw new Error('away');
    };
    const away = await ask();
    assert.deepEqual([dayOf(away, 1).state, dayOf(away, 0).state], ['unknown', 'unknown']);
    assert.ok(Math.abs(dayOf(away, 1).missing_seconds - 7200) < 1);
  });

  it('a day that files brought of every stock that was known is complete, and one of a single stock is not', async () => {
    const days = (ago: number) => ({ from: TODAY - ago * DAY, to: TODAY - (ago - 1) * DAY - 1 });
    await insertCoverage(database.client, [
      { stock: 'AAPL', ...days(15), source: 'one' },
      { stock: 'MSFT', ...days(15), source: 'another' },
      { stock: 'AAPL', ...days(14), source: 'third' },
      { ...days(13), source: 'of all' },
      // Before the first tick of the other.
      { stock: 'AAPL', ...days(25), source: 'old' },
    ]);
    const coverage = await ask();
    const states = [15, 14, 13, 12, 25].map((ago) => dayOf(coverage, ago).state);
    assert.deepEqual(states, ['complete', 'unknown', 'complete', 'unknown', 'complete']);
  });

  it('a day without a session is closed, and of the others only the sessions count', async () => {
    calendarOf = calendarsOf().of;
    await forgetHoles(database.client);
    // At ten in New York on a Monday.
    const monday = Math.floor((TODAY / DAY - 4) / 7) * 7 * DAY + 4 * DAY - 63 * DAY + 15 * HOUR;
    await insertCoverage(database.client, [{ from: monday }]);
    const coverage = await ask('?exchange=NASDAQ');
    assert.equal(coverage[0]?.timezone, 'America/New_York');
    const days = coverage[0]?.days ?? [];
    const weekend = days.filter(({ day }) => [0, 6].includes(new Date(`${day}T12:00Z`).getUTCDay()));
    assert.ok(weekend.length >= 24 && weekend.every(({ state: name }) => name === 'closed'));
    const before = days.filter(({ to_time: to, state: name }) => to < time(monday) && name !== 'closed');
    assert.ok(
      before.length > 0 && before.every(({ state: name, missing_seconds: s }) => name === 'unknown' && s <= 23_400),
    );
  });

  it('ninety days with ten thousand holes cost in proportion, and an average does not look at those outside its range', async () => {
    await forgetHoles(database.client);
    await insertCoverage(database.client, [{ from: TODAY - 89 * DAY }]);
    const step = Math.floor((88 * DAY) / 10_000);
    const holesAt = (some: (index: number) => boolean) =>
      Array.from({ length: 10_000 }, (_, i) => i)
        .filter(some)
        .map((i) => ({ from: TODAY - 89 * DAY + i * step, to: TODAY - 89 * DAY + i * step + SECOND }));
    const cost = async (): Promise<number> => {
      await database.client.query('ANALYZE gaps');
      const costs: number[] = [];
      for (let i = 0; i < 3; i++) {
        const started = performance.now();
        await ask();
        costs.push(performance.now() - started);
      }
      return Math.min(...costs);
    };
    await insertHoles(
      database.client,
      holesAt((i) => i % 10 === 0),
    );
    const ofTenth = await cost();
    await insertHoles(
      database.client,
      holesAt((i) => i % 10 !== 0),
    );
    const ofAll = await cost();
    // Ten times as many cost no more than in proportion, with room for a busy machine.
    assert.ok(ofAll < 30 * ofTenth, `${ofTenth} ms with a tenth, ${ofAll} ms with all`);
    const coverage = await ask();
    const holes = coverage[0]?.days.reduce((sum, day) => sum + day.holes, 0) ?? 0;
    assert.ok(holes >= 10_000 && holes < 10_100, `${holes}`);
    const average = (await (await api.get(`/api/average/AAPL?start_time=${time(TODAY)}`)).json()) as Average;
    assert.equal(average.complete, true);
  });

  it('more holes than are read at once, all filled, leave an answer complete; one that is not is found', async () => {
    const count = 10_500;
    await forgetHoles(database.client);
    const from = TODAY - 9 * DAY;
    await insertCoverage(database.client, [
      { from: from - DAY },
      { stock: 'AAPL', from, to: from + count * SECOND, source: 'a file' },
    ]);
    await insertHoles(
      database.client,
      Array.from({ length: count }, (_, i) => ({ from: from + i * SECOND, to: from + i * SECOND + 5 })),
    );
    const isComplete = async (): Promise<boolean> => {
      const path = `/api/average/AAPL?start_time=${time(from - 1)}&end_time=${time(from + DAY)}`;
      return ((await (await api.get(path)).json()) as Average).complete;
    };
    assert.equal(await isComplete(), true);
    await insertHoles(database.client, [{ from: from + count * SECOND + 1, to: from + count * SECOND + 1 }]);
    assert.equal(await isComplete(), false);
    const started = performance.now();
    const gaps = (await (await api.get('/api/gaps?stock=AAPL')).json()) as readonly unknown[];
    assert.equal(gaps.length, 1);
    // Each looked up among all others would take minutes.
    assert.ok(performance.now() - started < 20_000);
  });

  it('holes that a file of many stocks fills are listed no more, however many of both there are', async () => {
    const names = Array.from({ length: 300 }, (_, i) => `S${i}`);
    const from = TODAY - 9 * DAY;
    await commit(
      database.client,
      names.map((stock, i) => tick(stock, 'LSE', '1', from, i + 1)),
    );
    await insertCoverage(database.client, [
      { exchange: 'LSE', from },
      ...names.map((stock) => ({ exchange: 'LSE', stock, from, to: from + DAY, source: 'many' })),
    ]);
    const holes = Array.from({ length: 250 }, (_, i) => ({
      exchange: 'LSE',
      from: from + i * SECOND,
      to: from + i * SECOND,
    }));
    await insertHoles(database.client, holes);
    const list = async () => (await (await api.get('/api/gaps?exchange=LSE')).json()) as readonly Gap[];
    assert.deepEqual(await list(), []);
    await database.client.query("DELETE FROM coverage WHERE stock_name = 'S7'");
    const left = await list();
    assert.equal(left.length, 250);
    assert.ok(left.every((gap) => gap.filled_stocks.length === 100 && !gap.filled_stocks.includes('S7')));
  });
});
