import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import {
  type Average,
  type CalendarOf,
  type Candle,
  type EpochMicros,
  type Hole,
  laneOfStock,
  nowMicros,
  parseTime,
  type Session,
  type SessionCalendar,
} from '@tickwatch/core';
import type { TickReader } from '@tickwatch/store';
import { tick } from './contract-api.ts';
import { forgetHoles, insertCoverage, insertHoles, storeLane, time, toldHole } from './holes-kit.ts';
import { commit, Tail } from './market.ts';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const NINE = parseTime('2026-09-10T09:00:00Z') as number;
const TEN = NINE + 60 * MINUTE;
const NEXT_DAY = NINE + 24 * 60 * MINUTE;

describe('every answer over a range says whether it is complete', () => {
  let database: TestDatabase;
  let tail: Tail;
  let reader: TickReader;
  let api: TestBackend;
  let calendarOf: CalendarOf = () => undefined;

  before(async () => {
    database = await startTestDatabase();
    await commit(database.client, [
      tick('AAPL', 'NASDAQ', '1', NINE, 1),
      tick('AAPL', 'NASDAQ', '2', NINE + 90 * MINUTE, 2),
      tick('MSFT', 'NASDAQ', '3', NINE + 90 * MINUTE, 3),
      tick('BOTH', 'NASDAQ', '4', NINE, 4),
      tick('BOTH', 'NYSE', '4', NINE, 1),
    ]);
    tail = new Tail();
    reader = openReader(database.url, [tail], { calendarOf: (exchange) => calendarOf(exchange), tailRestMs: 0 });
    api = await listenBackend(reader);
  });
  after(async () => {
    await api[Symbol.asyncDispose]();
    await reader[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await forgetHoles(database.client);
    await insertCoverage(database.client, [{ from: NINE }, { exchange: 'NYSE', from: NINE }]);
    tail.holes = [];
    tail.fault = undefined;
    calendarOf = () => undefined;
  });

  const rangeOf = (from?: number, to?: number): string =>
    [
      ...(from === undefined ? [] : [`start_time=${time(from)}`]),
      ...(to === undefined ? [] : [`end_time=${time(to)}`]),
    ].join('&');

  async function holesOf(from?: number, to?: number, more = '', stock = 'AAPL'): Promise<readonly Hole[]> {
    const answer = await api.get(`/api/average/${stock}?${rangeOf(from, to)}${more}`);
    const body = (await answer.json()) as Average;
    assert.equal(answer.headers.get('x-complete'), String(body.complete));
    assert.equal(body.complete, body.holes.length === 0);
    return body.holes;
  }

  const short = (holes: readonly Hole[]): readonly string[] =>
    holes.map(({ exchange_name: name, from_time: from, to_time: to, reason, messages }) => {
      const second = (text: string | null): string =>
        text === null ? '' : String(((parseTime(text) ?? 0) - NINE) / SECOND);
      return `${name} ${second(from)}..${second(to)} ${reason}${messages === null ? '' : ` ${messages}`}`;
    });

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
    const deadline = performance.now() + 5000;
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

  it('candles say it each, filled ones too, and only as far as they were asked for', async () => {
    await insertHoles(database.client, [{ from: NINE + 15 * MINUTE, to: NINE + 20 * MINUTE }]);
    const candles = async (query: string): Promise<readonly string[]> => {
      const answer = await api.get(`/api/candles/AAPL?${query}`);
      const all = (await answer.json()) as readonly Candle[];
      return [
        answer.headers.get('x-complete') ?? '',
        ...all.filter(({ complete }) => !complete).map((candle) => candle.time.slice(11, 16)),
      ];
    };
    const range = rangeOf(NINE, TEN + 60 * MINUTE);
    assert.deepEqual(await candles(`interval=1h&${range}`), ['false', '09:00']);
    assert.deepEqual(await candles(`interval=5m&fill=null&${range}`), ['false', '09:15', '09:20']);
    assert.deepEqual(await candles(`interval=5m&fill=previous&${range}`), ['false', '09:15', '09:20']);
    assert.deepEqual(await candles(`interval=1h&fill=null&${rangeOf(NINE + 21 * MINUTE, TEN)}`), ['true']);
    assert.deepEqual(await candles(`interval=1h&fill=null&${rangeOf(NINE, NINE + 15 * MINUTE - 1)}`), ['true']);
    assert.deepEqual(await candles(`interval=1h&fill=null&${rangeOf(NINE, NINE + 15 * MINUTE)}`), ['false', '09:00']);
    assert.deepEqual(await candles(`interval=1d&timezone=America/New_York&${range}`), ['false', '04:00']);
    assert.deepEqual(await candles(`interval=1M&${range}`), ['false', '00:00']);
    assert.deepEqual(await candles(`interval=1h&fill=null&${rangeOf(NINE - 60 * MINUTE, TEN)}`), [
      'false',
      '08:00',
      '09:00',
    ]);
  });

  it('prices in each form, pages and points say it in headers, with a link that leads to the holes', async () => {
    await insertHoles(database.client, [{ from: NINE + 15 * MINUTE, to: NINE + 20 * MINUTE }]);
    for (const form of ['', 'format=ndjson', 'format=csv', 'limit=1', 'points=4', 'order=desc']) {
      for (const [range, complete] of [
        [rangeOf(NINE, TEN), 'false'],
        [rangeOf(NINE, NINE + MINUTE), 'true'],
      ]) {
        const answer = await api.get(`/api/prices/AAPL?${range}&${form}&exchange=NASDAQ`);
        await answer.arrayBuffer();
        assert.equal(answer.headers.get('x-complete'), complete, form);
        const link = /<([^>]+)>; rel="gaps"/.exec(answer.headers.get('link') ?? '')?.[1] ?? '';
        const gaps = (await (await api.get(link)).json()) as readonly unknown[];
        assert.equal(gaps.length, complete === 'true' ? 0 : 1, link);
      }
    }
    const page = await api.get(`/api/prices/AAPL?limit=1`);
    assert.match(
      page.headers.get('link') ?? '',
      /^<\/api\/prices\/AAPL\?limit=1&cursor=[^>]+>; rel="next", <\/api\/gaps\?stock=AAPL>; rel="gaps"$/,
    );
  });

  it('a 304 is not given when only the completeness changed', async () => {
    const paths = ['prices/AAPL?', 'prices/AAPL?points=4&', 'average/AAPL?', 'candles/AAPL?interval=1h&'];
    for (const path of paths) {
      const url = `/api/${path}${rangeOf(NINE, TEN)}`;
      await forgetHoles(database.client);
      await insertCoverage(database.client, [{ from: NINE }]);
      await insertHoles(database.client, [{ from: NINE + MINUTE, to: NINE + 2 * MINUTE }]);
      const first = await api.get(url);
      await first.arrayBuffer();
      const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
      assert.equal((await api.get(url, { headers })).status, 304, path);
      await insertCoverage(database.client, [{ from: NINE, to: TEN, source: 'a file' }]);
      const again = await api.get(url, { headers });
      assert.equal(again.status, 200, path);
      assert.equal(again.headers.get('x-complete'), 'true', path);
    }
  });

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
