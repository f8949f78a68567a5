import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { calendarsOf, type ExchangeSessions, parseSessionsFile } from '@tickwatch/core';
import { ConfigError, EnvReader } from '@tickwatch/runtime';
import type { TickReader } from '@tickwatch/store';
import { backendConfig } from '../src/index.ts';
import { tick } from './contract-api.ts';
import { commit } from './market.ts';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const FILE = {
  TSE: { timezone: 'Asia/Tokyo', hours: { 'Mon-Fri': ['09:00-11:30', '12:30-15:30'] }, holidays: ['2026-11-23'] },
  CME: {
    timezone: 'America/Chicago',
    hours: { 'Mon-Fri': 'day before 17:00-16:00' },
    special: { '2026-11-27': 'day before 17:00-12:15' },
  },
  NIGHT: { timezone: 'UTC', hours: { 'Mon-Thu': '18:00-02:00', Fri: '18:00-24:00' }, holidays: ['2026-12-24'] },
  WEEK: { timezone: 'UTC', hours: { 'Mon-Sun': '00:00-24:00' } },
  NYSE: null,
};

describe('when exchanges are open', () => {
  let database: TestDatabase;
  let reader: TickReader;
  let api: TestBackend;

  before(async () => {
    database = await startTestDatabase();
    await commit(database.client, [
      tick('AAPL', 'NASDAQ', '220.4', '2026-11-27T14:00:00Z', 1),
      tick('AAPL', 'NASDAQ', '221', '2026-11-27T15:31:00Z', 2),
      tick('AAPL', 'NASDAQ', '222', '2026-11-28T15:31:00Z', 3),
      tick('AAPL', 'NYSE', '230', '2026-11-27T15:59:00Z', 1),
      tick('7203', 'TSE', '3000', '2026-11-24T03:45:00Z', 1),
      tick('BOTH', 'TSE', '3000', '2026-11-24T03:45:00Z', 2),
      tick('BOTH', 'NASDAQ', '20', '2026-11-24T03:45:00Z', 4),
      tick('ES', 'CME', '5000', '2026-11-24T03:45:00Z', 1),
      tick('N', 'NIGHT', '1', '2026-11-24T03:45:00Z', 1),
      tick('W', 'WEEK', '1', '2026-11-24T03:45:00Z', 1),
      tick('X', 'OTHER', '1', '2026-11-24T03:45:00Z', 1),
    ]);
    reader = openReader(database.url, []);
    api = await listenBackend(reader, {}, { calendars: calendarsOf(parseSessionsFile(JSON.stringify(FILE)).file) });
  });
  after(async () => {
    await api[Symbol.asyncDispose]();
    await reader[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const ask = async (query: string) => (await (await api.get(`/api/sessions${query}`)).json()) as ExchangeSessions[];
  const refusal = async (query: string) => {
    const answer = await api.get(`/api/sessions${query}`);
    return { status: answer.status, ...((await answer.json()) as { detail: string; parameter?: string }) };
  };

  it('is told of one, with holidays and half days, of a range of dates in a zone', async () => {
    const query = '?exchange=NASDAQ&start_time=2026-11-25&end_time=2026-11-30&timezone=America/New_York';
    const [nasdaq, ...others] = await ask(query);
    assert.deepEqual(others, []);
    assert.equal(typeof nasdaq?.is_open, 'boolean');
    const session = (day: string, open: string, close: string, kind: string) => ({
      day,
      open_time: `${day}T${open}:00.000000Z`,
      close_time: `${day}T${close}:00.000000Z`,
      kind,
    });
    assert.deepEqual(
      { ...nasdaq, is_open: true },
      {
        exchange_name: 'NASDAQ',
        timezone: 'America/New_York',
        calendar: 'XNYS',
        is_open: true,
        sessions: [
          session('2026-11-25', '14:30', '21:00', 'regular'),
          session('2026-11-27', '14:30', '18:00', 'half_day'),
          session('2026-11-30', '14:30', '21:00', 'regular'),
        ],
      },
    );
  });

  it('is told of all that have ticks or a calendar; one without a calendar is always open', async () => {
    const all = await ask('?start_time=2026-11-23&end_time=2026-11-24');
    assert.deepEqual(
      all.map((one) => [one.exchange_name, one.calendar, one.timezone, one.sessions.length]),
      [
        ['CME', 'CME', 'America/Chicago', 3],
        ['NASDAQ', 'XNYS', 'America/New_York', 2],
        ['NIGHT', 'NIGHT', 'UTC', 2],
        ['NYSE', null, 'UTC', 0],
        ['OTHER', null, 'UTC', 0],
        ['TSE', 'TSE', 'Asia/Tokyo', 2],
        ['WEEK', 'WEEK', 'UTC', 2],
      ],
    );
    assert.deepEqual(
      all.filter(({ calendar }) => calendar === null).map((one) => one.is_open),
      [true, true],
    );
    assert.equal(all.find((one) => one.exchange_name === 'WEEK')?.is_open, true);
  });

  it('is told from yesterday to in seven days where no range is given, and eight days where one end is', async () => {
    const days = async (query: string) =>
      (await ask(`?exchange=WEEK${query}`))[0]?.sessions.map(({ day }) => day) ?? [];
    const all = await days('');
    const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
    assert.deepEqual(
      all,
      Array.from({ length: 9 }, (_, i) => day(i - 1)),
    );
    assert.deepEqual(
      [(await days('&start_time=2026-01-01')).at(0), (await days('&start_time=2026-01-01')).at(-1)],
      ['2026-01-01', '2026-01-08'],
    );
    assert.deepEqual(
      [(await days('&end_time=2026-01-08')).at(0), (await days('&end_time=2026-01-08')).at(-1)],
      ['2026-01-01', '2026-01-08'],
    );
  });

  it('is refused for what there is not, with a word on what is meant', async () => {
    const unknown = await refusal('?exchange=NASDQ');
    assert.equal(unknown.status, 404);
    assert.match(unknown.detail, /there is no exchange "NASDQ": is NASDAQ meant\?/);
    assert.match((await refusal('?exchange=ZZZZZZ')).detail, /there are CME, NASDAQ, .*WEEK/);
    for (const [query, parameter, detail] of [
      ['?start_time=2026-01-01&end_time=2027-02-05', 'end_time', /longer than 400 days/],
      ['?start_time=1950-01-01&end_time=1950-02-01', 'start_time', /"1950-01-01" lies outside .* 1960 to 2099/],
      ['?start_time=2100-01-01&end_time=2100-01-05', 'end_time', /"2100-01-05" lies outside/],
      ['?start_time=2026-02-01&end_time=2026-01-01', 'start_time', /lies after end_time/],
      ['?timezone=Mars/Base', 'timezone', /no time zone "Mars\/Base"/],
      ['?market=NASDAQ', 'market', /did you mean exchange\?/],
      ['?exchange=', 'exchange', /empty/],
    ] as const) {
      const answer = await refusal(query);
      assert.deepEqual([answer.status, answer.parameter], [422, parameter], query);
      assert.match(answer.detail, detail);
    }
    assert.equal((await api.get('/api/sessions?start_time=2026-01-01&end_time=2027-02-04')).status, 200);
  });

  it('candles count from the openings of the stock’s exchange, and dates are in its zone', async () => {
    const times = async (query: string) =>
      ((await (await api.get(`/api/candles/${query}`)).json()) as { time: string }[]).map(({ time }) =>
        time.slice(5, 16),
      );
    assert.deepEqual(await times('AAPL?align=session&interval=1h'), ['11-27T13:30', '11-27T15:30', '11-28T15:30']);
    // What is traded on a day without a session belongs to the day before, on the exchange without a calendar too.
    assert.deepEqual(await times('AAPL?align=session&interval=1d'), ['11-25T14:30', '11-27T14:30']);
    assert.deepEqual(await times('AAPL?align=session&interval=1d&exchange=NYSE'), ['11-27T00:00']);
    assert.deepEqual(await times('AAPL?align=session&interval=1d&exchange=NYSE&timezone=Asia/Tokyo'), ['11-27T15:00']);
    assert.deepEqual(await times('7203?align=session&interval=1h'), ['11-24T03:30']);
    assert.deepEqual(await times('7203?align=session&interval=1d&start_time=2026-11-24&end_time=2026-11-24'), [
      '11-24T00:00',
    ]);
    assert.deepEqual(await times('ES?align=session&interval=1d'), ['11-23T23:00']);
    assert.deepEqual(await times('NOPE?align=session&interval=1d'), []);
    const mixed = await api.get('/api/candles/BOTH?align=session&interval=1d');
    assert.equal(mixed.status, 422);
    const { detail, parameter } = (await mixed.json()) as { detail: string; parameter: string };
    assert.equal(parameter, 'exchange');
    assert.match(detail, /"BOTH" is traded on NASDAQ, TSE, whose sessions differ/);
    assert.deepEqual(await times('BOTH?align=session&interval=1d&exchange=TSE'), ['11-24T00:00']);
  });

  it('charts are told in TradingView’s form', async () => {
    const symbol = async (name: string) =>
      (await (await api.get(`/api/udf/symbols?symbol=${name}`)).json()) as Record<string, string>;
    const nasdaq = await symbol('NASDAQ:AAPL');
    assert.deepEqual([nasdaq.session, nasdaq.timezone], ['0930-1600', 'America/New_York']);
    const holidays = nasdaq.session_holidays?.split(',') ?? [];
    assert.equal(holidays.length, 424);
    for (const day of ['20010911', '20121029', '20250109', '20261126', '20261225'])
      assert.ok(holidays.includes(day), day);
    assert.match(
      nasdaq.corrections ?? '',
      /^0930-1400:19901224,.*;0930-1300:19931126,.*,20261127,20261224,.*,20351224$/,
    );
    assert.deepEqual(nasdaq.intraday_multipliers, ['1', '2', '3', '5', '10', '15', '30']);
    const tse = await symbol('TSE:7203');
    assert.deepEqual(
      [tse.session, tse.timezone, tse.session_holidays, tse.corrections],
      ['0900-1130,1230-1530', 'Asia/Tokyo', '20261123', ''],
    );
    const cme = await symbol('CME:ES');
    assert.deepEqual([cme.session, cme.corrections], ['1700-1600', '1700-1215:20261127']);
    // What ends on the next day is counted to that one; the night before 2026-12-25 is not held.
    const night = await symbol('NIGHT:N');
    assert.deepEqual([night.session, night.session_holidays], ['1800-0200:3456|1800-0000:7', '20261225']);
    for (const name of ['WEEK:W', 'NYSE:AAPL', 'OTHER:X']) assert.equal((await symbol(name)).session, '24x7', name);
    const other = await symbol('OTHER:X');
    assert.deepEqual([other.timezone, other.session_holidays, other.corrections], ['Etc/UTC', undefined, undefined]);
    assert.ok(other.intraday_multipliers?.includes('60'));
  });
});

describe('SESSIONS_FILE', () => {
  const read = (text: string) => {
    const env = new EnvReader({ SESSIONS_FILE: '/etc/sessions.json' }, (path) => {
      assert.equal(path, '/etc/sessions.json');
      return text;
    });
    const config = backendConfig(env);
    env.finish();
    return config.calendars;
  };

  it('says when exchanges are open, beside those that are built in', () => {
    assert.deepEqual(read(JSON.stringify(FILE)).exchanges, ['CME', 'NASDAQ', 'NIGHT', 'TSE', 'WEEK']);
    assert.deepEqual(backendConfig(new EnvReader({})).calendars.exchanges, ['NASDAQ', 'NYSE']);
  });

  it('that is wrong or missing keeps the service from starting, with a sentence that names it', () => {
    assert.throws(
      () => read('{"NYSE":{"calendar":"XNYS","holidays":["soon"]},"TSE":"XTKS"}'),
      (error) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, /SESSIONS_FILE \/etc\/sessions.json: "NYSE": holidays has "soon": no date/);
        assert.match(error.message, /SESSIONS_FILE \/etc\/sessions.json: "TSE": "XTKS" is no calendar/);
        return true;
      },
    );
    const missing = new EnvReader({ SESSIONS_FILE: '/nowhere' }, (path) => {
      throw new Error(`ENOENT: no such file or directory, open '${path}'`);
    });
    backendConfig(missing);
    assert.throws(() => missing.finish(), /SESSIONS_FILE can't be read: ENOENT.*\/nowhere/);
  });
});
