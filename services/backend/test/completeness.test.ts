import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type CalendarOf, type Hole, laneOfStock, nowMicros, parseTime } from '@tickwatch/core';
import { tick } from './contract-api.ts';
import { averageHoles, type HolesApi, shortHoles, startHolesApi } from './holes-api.ts';
import { forgetHoles, insertCoverage, insertHoles, rangeOf, storeLane, time, toldHole } from './holes-kit.ts';
import { Tail } from './market.ts';
import type { TestBackend } from './test-backend.ts';
import type { TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const NINE = parseTime('2026-09-10T09:00:00Z') as number;
const TEN = NINE + 60 * MINUTE;
const _NEXT_DAY = NINE + 24 * 60 * MINUTE;
const TICKS = [
  tick('AAPL', 'NASDAQ', '1', NINE, 1),
  tick('AAPL', 'NASDAQ', '2', NINE + 90 * MINUTE, 2),
  tick('MSFT', 'NASDAQ', '3', NINE + 90 * MINUTE, 3),
  tick('BOTH', 'NASDAQ', '4', NINE, 4),
  tick('BOTH', 'NYSE', '4', NINE, 1),
];

describe('every answer over a range says whether it is complete', () => {
  let holesApi: HolesApi;
  let database: TestDatabase;
  let tail: Tail;
  let api: TestBackend;
  let calendarOf: CalendarOf = () => undefined;

  before(async () => {
    holesApi = await startHolesApi(TICKS, (exchange) => calendarOf(exchange));
    ({ database, tail, api } = holesApi);
  });
  after(() => holesApi[Symbol.asyncDispose]());
  beforeEach(async () => {
    await holesApi.forget([{ from: NINE }, { exchange: 'NYSE', from: NINE }]);
    calendarOf = () => undefined;
  });

  const holesOf = (from?: number, to?: number, more = '', stock = 'AAPL'): Promise<readonly Hole[]> =>
    averageHoles(api, { from, to, more, stock });
  const short = (holes: readonly Hole[]): readonly string[] => shortHoles(holes, NINE);

  it('all that was heard without a hole is complete, also without bounds and up to the future', async () => {
    for (const [from, to] of [
      [],
      [NINE, TEN],
      [undefined, TEN],
      [TEN],
      [TEN, nowMicros() + MINUTE],
      [nowMicros() + MINUTE],
    ]) {
      assert.deepEqual(short(await holesOf(from, to)), [], rangeOf(from, to));
    }
  });

  it('before the first tick ever nothing is known', async () => {
    assert.deepEqual(short(await holesOf(NINE - MINUTE, TEN)), ['NASDAQ -60..-0.000001 unknown']);
    assert.deepEqual(short(await holesOf(NINE - 2 * MINUTE, NINE - MINUTE)), ['NASDAQ -120..-60 unknown']);
    assert.deepEqual(short(await holesOf(NINE, TEN)), []);
  });

  it('of a stock that was never seen, and of an exchange that was never heard, nothing is known', async () => {
    assert.deepEqual(short(await holesOf(NINE, TEN, '', 'NOPE')), ['null 0..3600 unknown']);
    assert.deepEqual(short(await holesOf(undefined, undefined, '', 'NOPE')), ['null .. unknown']);
    assert.deepEqual(short(await holesOf(NINE, TEN, '&exchange=LSE')), ['LSE 0..3600 unknown']);
    // On an exchange that is listened to, it is known that there was none.
    assert.deepEqual(short(await holesOf(NINE, TEN, '&exchange=NYSE', 'NOPE')), []);
  });

  it('a range touches a hole at either end of it, to the microsecond', async () => {
    const [from, to] = [NINE + 600 * SECOND, NINE + 660 * SECOND];
    await insertHoles(database.client, [{ from, to, messages: 7, reason: 'refused' }]);
    assert.deepEqual(short(await holesOf(NINE, TEN)), ['NASDAQ 600..660 refused 7']);
    assert.deepEqual(short(await holesOf(NINE, from)), ['NASDAQ 600..600 refused']);
    assert.deepEqual(short(await holesOf(to, TEN)), ['NASDAQ 660..660 refused']);
    assert.deepEqual(short(await holesOf(NINE, from - 1)), []);
    assert.deepEqual(short(await holesOf(to + 1, TEN)), []);
    assert.deepEqual(short(await holesOf(NINE, TEN, '&exchange=NYSE')), []);
    assert.deepEqual(short(await holesOf(NINE, TEN, '', 'BOTH')), ['NASDAQ 600..660 refused 7']);
    assert.deepEqual(short(await holesOf(undefined, undefined, '', 'BOTH')), ['NASDAQ 600..660 refused 7']);
  });

  it('a hole that has no width counts, as do overlapping ones, each with its reason', async () => {
    await insertHoles(database.client, [
      { from: NINE + 60 * SECOND, to: NINE + 60 * SECOND, reason: 'numbers_missing', messages: 1 },
      { from: NINE + 50 * SECOND, to: NINE + 90 * SECOND },
      { from: NINE + 60 * SECOND, to: NINE + 120 * SECOND, reason: 'spool_damaged' },
    ]);
    assert.deepEqual(short(await holesOf(NINE, TEN)), [
      'NASDAQ 50..90 not_listening',
      'NASDAQ 60..60 numbers_missing 1',
      'NASDAQ 60..120 spool_damaged',
    ]);
  });

  it('a hole in one lane concerns its stocks and no others', async () => {
    const lane = laneOfStock('AAPL', 4);
    const [own, other] = [`NASDAQ/${lane}`, `NASDAQ/${(lane + 1) % 4}`];
    await insertHoles(database.client, [{ lane: other, lanes: 4, from: NINE, to: TEN }]);
    assert.deepEqual(short(await holesOf(NINE, TEN)), []);
    await insertHoles(database.client, [{ lane: own, lanes: 4, from: NINE, to: TEN }]);
    assert.deepEqual(short(await holesOf(NINE, TEN)), ['NASDAQ 0..3600 not_listening']);
    await insertHoles(database.client, [
      { from: NINE, to: NINE, stocks: ['MSFT'], source: 'a file', reason: 'rejected' },
    ]);
    assert.equal((await holesOf(NINE, TEN)).length, 1);
    assert.ok((await holesOf(NINE, TEN, '', 'MSFT')).some(({ reason }) => reason === 'rejected'));
  });

  it('a file over a hole closes it for the stocks that it has, wholly or in part', async () => {
    await insertHoles(database.client, [{ from: NINE + 100 * SECOND, to: NINE + 200 * SECOND, messages: 5 }]);
    await insertCoverage(database.client, [
      { stock: 'AAPL', from: NINE + 100 * SECOND, to: NINE + 150 * SECOND, source: 'a file' },
    ]);
    assert.deepEqual(short(await holesOf(NINE, TEN)), ['NASDAQ 150.000001..200 not_listening']);
    assert.deepEqual(short(await holesOf(NINE, TEN, '', 'MSFT')), ['NASDAQ 100..200 not_listening 5']);
    await insertCoverage(database.client, [{ from: NINE + 150 * SECOND, to: NINE + 200 * SECOND, source: 'another' }]);
    assert.deepEqual(short(await holesOf(NINE, TEN)), []);
    assert.deepEqual(short(await holesOf(NINE, TEN, '', 'MSFT')), ['NASDAQ 100..149.999999 not_listening']);
  });

  it('a file covers the time before anybody listened, but not its own holes, nor what another file could not read', async () => {
    const from = NINE - 3600 * SECOND;
    await insertCoverage(database.client, [{ stock: 'AAPL', from, to: NINE, source: 'a file' }]);
    assert.deepEqual(short(await holesOf(from, TEN)), []);
    assert.deepEqual(short(await holesOf(from - 1, TEN)), ['NASDAQ -3600.000001..-3600.000001 unknown']);
    const bad = { from: from + 10 * SECOND, to: from + 12 * SECOND, reason: 'rejected', messages: 1 } as const;
    await insertHoles(database.client, [{ ...bad, source: 'a file' }]);
    assert.deepEqual(short(await holesOf(from, TEN)), ['NASDAQ -3590..-3588 rejected 1']);
    // The same file once more, with the same bad line.
    await insertCoverage(database.client, [{ stock: 'AAPL', from, to: NINE, source: 'a copy' }]);
    await insertHoles(database.client, [{ ...bad, source: 'a copy' }]);
    assert.equal((await holesOf(from, TEN)).length, 2);
    // Of a stock that the files don't name, they say nothing.
    assert.deepEqual(short(await holesOf(from, NINE - 1, '', 'MSFT')), ['NASDAQ -3600..-0.000001 unknown']);
    await insertCoverage(database.client, [{ stock: 'AAPL', from, to: NINE, source: 'mended' }]);
    assert.deepEqual(short(await holesOf(from, TEN)), []);
  });

  it('a hole that is open, or not recorded yet, is told by the subscriber, and once', async () => {
    const from = NINE + 3000 * SECOND;
    tail.holes = [toldHole({ from_time: time(from), to_time: null, from_seq: 3 })];
    const [hole] = await holesOf(NINE);
    assert.equal(hole?.from_time, time(from));
    assert.ok((parseTime(hole?.to_time ?? '') ?? 0) > nowMicros() - MINUTE);
    assert.deepEqual(short(await holesOf(NINE, from - 1)), []);
    // It was recorded between the two questions.
    await insertHoles(database.client, [{ from, to: from + SECOND, fromSeq: 3, toSeq: 4 }]);
    assert.deepEqual(short(await holesOf(NINE)), ['NASDAQ 3000..3001 not_listening']);
    tail.holes = [
      toldHole({ from_time: time(from), to_time: time(from + SECOND), from_seq: 3, to_seq: 4, messages: 9 }),
    ];
    assert.deepEqual(short(await holesOf(NINE)), ['NASDAQ 3000..3001 not_listening']);
    // Another one that begins at the same tick's time.
    tail.holes = [toldHole({ from_time: time(from), to_time: time(from + 2 * SECOND), from_seq: 4, to_seq: 5 })];
    assert.equal((await holesOf(NINE)).length, 2);
    await forgetHoles(database.client);
    await insertCoverage(database.client, [{ from: NINE }]);
    tail.holes = [toldHole({ lane: 'NYSE/0', from_time: time(from), to_time: null })];
    assert.deepEqual(short(await holesOf(NINE)), []);
  });

  it('what lies in the log only is missing, until it is stored', async () => {
    const waiting = toldHole({
      from_time: time(TEN),
      to_time: time(TEN + SECOND),
      to_seq: 9,
      reason: 'waiting',
      messages: 2,
    });
    tail.holes = [waiting];
    assert.deepEqual(short(await holesOf(NINE)), ['NASDAQ 3600..3601 waiting 2']);
    tail.holes = [{ ...waiting, to_seq: 3 }];
    assert.deepEqual(short(await holesOf(NINE)), []);
  });

  it('while the subscriber can’t be asked, what is stored is known, and nothing behind it', async () => {
    await storeLane(database.client, 'NASDAQ/0', TEN + 5 * SECOND, 1, TEN);
    tail.fault = async () => {
      throw new Error('away');
    };
    assert.deepEqual(short(await holesOf(NINE, TEN + 5 * SECOND)), []);
    assert.deepEqual(short(await holesOf(NINE, TEN + 6 * SECOND)), ['NASDAQ 3605.000001..3606 unknown']);
    const [hole] = await holesOf();
    assert.equal(hole?.from_time, time(TEN + 5 * SECOND + 1));
    tail.fault = undefined;
    const deadline = performance.now() + 60_000;
    while ((await holesOf()).length > 0) assert.ok(performance.now() < deadline);
  });

  it('a lane that nobody leads is known as far as it is stored, and its neighbours up to now', async () => {
    const lanes = new Tail(
      4,
      [0, 1, 2, 3].filter((k) => k !== laneOfStock('AAPL', 4)).map((k) => `NASDAQ/${k}`),
    );
    await using own = openReader(database.url, [lanes]);
    const lane = `NASDAQ/${laneOfStock('AAPL', 4)}`;
    await storeLane(database.client, lane, TEN, 4);
    // From when the exchange had one lane.
    if (lane !== 'NASDAQ/0') await storeLane(database.client, 'NASDAQ/0', NINE + MINUTE);
    const of = async (stock: string, exchange: string) => (await own.summary({ stock, exchange })).value.missing;
    assert.equal((await of('AAPL', 'NASDAQ')).holes[0]?.from, TEN + 1);
    const other =
      ['MSFT', 'BOTH', 'A', 'B', 'C'].find((stock) => laneOfStock(stock, 4) !== laneOfStock('AAPL', 4)) ?? '';
    assert.equal((await of(other, 'NASDAQ')).complete, true);
    await database.client.query('DELETE FROM ingest_positions WHERE lane = $1', [lane]);
  });
});
