import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SequencedTick } from '@tickwatch/core';
import { type ContractApi, startContractApi, tick } from './contract-api.ts';
import { forgetHoles, insertCoverage, insertHoles, storeLane, time } from './holes-kit.ts';
import { commit } from './market.ts';

interface History {
  readonly s: 'ok' | 'no_data' | 'error';
  readonly t?: readonly number[];
  readonly h?: readonly number[];
  readonly errmsg?: string;
  readonly nextTime?: number;
}

const DAY = 86_400;
const HOLIDAY_FROM = Date.parse('2026-07-01T00:00:00Z') / 1000;
const HOLIDAY_TO = Date.parse('2026-07-11T00:00:00Z') / 1000;
const seconds = (text: string): number => Date.parse(text) / 1000;

/** A tick each ten minutes for forty days, ten days of which are a holiday. */
function holidayTicks(): SequencedTick[] {
  const ticks: SequencedTick[] = [];
  for (let time = HOLIDAY_FROM - 20 * DAY; time < HOLIDAY_TO + 10 * DAY; time += 600) {
    if (time >= HOLIDAY_FROM && time < HOLIDAY_TO) continue;
    ticks.push(tick('HOL', 'NASDAQ', '10.5', time * 1e6, 100 + ticks.length));
  }
  return ticks;
}

describe('what TradingView’s library asks', () => {
  let contract: ContractApi;

  before(async () => {
    contract = await startContractApi();
    await commit(contract.database.client, [
      ...holidayTicks(),
      tick('TWO', 'NASDAQ', '220', '2026-06-01T10:00:00Z', 1),
      tick('TWO', 'NYSE', '304', '2026-06-01T10:00:01Z', 1),
      tick('TINY', 'NYSE', '1', '2026-06-01T10:00:00Z', 2),
      tick('TINY', 'NYSE', '0.00001234', '2026-05-01T10:00:00Z', 3),
      tick('LATE', 'NYSE', '5', '2026-05-20T10:20:30Z', 4),
    ]);
  });
  after(async () => {
    await contract[Symbol.asyncDispose]();
  });

  const history = async (query: string) => (await contract.json(`/api/udf/history?${query}`)) as History;

  it('countback counts bars: over a holiday the bars before it come', async () => {
    for (const [resolution, width] of [
      ['10', 600],
      ['60', 3600],
      ['240', 4 * 3600],
      ['1D', DAY],
    ] as const) {
      const to = HOLIDAY_TO + 6 * 4 * 3600;
      const { s, t = [] } = await history(`symbol=HOL&resolution=${resolution}&to=${to}&countback=15`);
      assert.equal(s, 'ok');
      assert.equal(t.length, 15, resolution);
      assert.ok((t.at(-1) ?? 0) < to);
      assert.ok(
        t.every((time) => time % width === 0 && (time < HOLIDAY_FROM || time >= HOLIDAY_TO)),
        resolution,
      );
    }
  });

  it('countback goes before from, gives fewer only at the begin of history, and reads seconds and months', async () => {
    const to = HOLIDAY_TO + 600;
    const many = await history(`symbol=HOL&resolution=10&from=${to - 600}&to=${to}&countback=30`);
    assert.equal(many.t?.length, 30);
    assert.equal(many.t?.at(-2), HOLIDAY_FROM - 600);
    assert.equal((await history(`symbol=HOL&resolution=1S&to=${to}&countback=300`)).t?.length, 300);
    assert.equal((await history(`symbol=HOL&resolution=1D&to=${to}&countback=30`)).t?.length, 21);
    const months = await history(`symbol=HOL&resolution=1M&to=${to}&countback=5`);
    assert.deepEqual(months.t, [seconds('2026-06-01'), seconds('2026-07-01')]);
    const weeks = await history(`symbol=HOL&resolution=W&to=${to}&countback=2`);
    assert.deepEqual(weeks.t, [seconds('2026-06-29'), seconds('2026-07-06')]);
    assert.deepEqual(await history(`symbol=HOL&resolution=10&to=1000000000&countback=5`), { s: 'no_data' });
  });

  it('a symbol without its exchange is one exchange, the one that its description names', async () => {
    const symbol = (await contract.json('/api/udf/symbols?symbol=TWO')) as Record<string, unknown>;
    assert.deepEqual([symbol.ticker, symbol.full_name, symbol.exchange], ['NASDAQ:TWO', 'NASDAQ:TWO', 'NASDAQ']);
    for (const [name, high] of [
      ['TWO', 220],
      ['NASDAQ:TWO', 220],
      ['NYSE:TWO', 304],
    ]) {
      const { h } = await history(`symbol=${name}&resolution=D&from=1&to=${seconds('2026-07-01')}`);
      assert.deepEqual(h, [high], String(name));
    }
  });

  it('pricescale has the most decimals that were ever seen', async () => {
    for (const [name, scale] of [
      ['TINY', 1e8],
      ['HOL', 100],
      ['NASDAQ:AAPL', 1e6],
      ['NYSE:AAPL', 1e8],
    ]) {
      const symbol = (await contract.json(`/api/udf/symbols?symbol=${name}`)) as { pricescale: number };
      assert.equal(symbol.pricescale, scale, String(name));
    }
  });

  it('where there is nothing, nextTime is where the last bar before begins', async () => {
    const empty = `from=${seconds('2026-05-25T00:00:00Z')}&to=${seconds('2026-05-26T00:00:00Z')}`;
    for (const [resolution, start] of [
      ['1S', '2026-05-20T10:20:30Z'],
      ['15', '2026-05-20T10:15:00Z'],
      ['60', '2026-05-20T10:00:00Z'],
      ['720', '2026-05-20T00:00:00Z'],
      ['D', '2026-05-20T00:00:00Z'],
      ['1W', '2026-05-18T00:00:00Z'],
    ]) {
      const { s, nextTime } = await history(`symbol=LATE&resolution=${resolution}&${empty}`);
      assert.deepEqual([s, nextTime], ['no_data', seconds(start ?? '')], resolution);
    }
    const first = await history(`symbol=LATE&resolution=60&from=-5000000000&to=${seconds('2026-05-01T00:00:00Z')}`);
    assert.deepEqual(first, { s: 'no_data' });
  });

  it('bars are whole: those that begin from `from` on and before `to`', async () => {
    const from = seconds('2026-06-15T10:00:00Z');
    const { t } = await history(`symbol=HOL&resolution=30&from=${from + 1}&to=${from + 5400}`);
    assert.deepEqual(t, [from + 1800, from + 3600]);
    assert.equal((await history(`symbol=HOL&resolution=1D&from=${from}&to=${from + 60}`)).s, 'no_data');
  });

  it('every resolution that is offered is answered, and so are the other ways to write it', async () => {
    const config = (await contract.json('/api/udf/config')) as { supported_resolutions: string[] };
    for (const name of ['30', '120', '1W', '1M', '1D']) assert.ok(config.supported_resolutions.includes(name), name);
    const symbol = (await contract.json('/api/udf/symbols?symbol=HOL')) as Record<string, unknown>;
    assert.deepEqual(symbol.supported_resolutions, config.supported_resolutions);
    assert.deepEqual(symbol.seconds_multipliers, ['1', '5', '10', '15', '30']);
    assert.equal(symbol.has_weekly_and_monthly, true);
    for (const name of [...config.supported_resolutions, 'S', 'D', 'W', 'M', 'd', '1d', '1w', '5s']) {
      assert.equal((await history(`symbol=HOL&resolution=${name}&to=${HOLIDAY_TO}&countback=2`)).s, 'ok', name);
    }
    for (const name of ['1m', '7', '1h', '2D', '0', '11', 'valueOf', '1440']) {
      const answer = await history(`symbol=HOL&resolution=${name}&to=${HOLIDAY_TO}&countback=2`);
      assert.equal(answer.s, 'error', name);
      assert.match(answer.errmsg ?? '', /is not one of 1, 2, .*1M/, name);
    }
  });

  it('what the library sends along is no fault, and what is wrong is said in its own form', async () => {
    const asked = `symbol=HOL&resolution=60&to=${HOLIDAY_TO}&countback=2&currencyCode=USD&unitId=KG`;
    assert.equal((await history(`${asked}&from=1`)).s, 'ok');
    assert.equal((await contract.api.get('/api/udf/search?query=&type=&exchange=&limit=30')).status, 200);
    assert.equal((await contract.api.get('/api/udf/symbols?symbol=HOL&currencyCode=USD&unitId=KG')).status, 200);
    for (const path of [
      '/api/udf/symbols?symbol=NOPE',
      '/api/udf/symbols?symbol=NYSE:NOPE',
      '/api/udf/symbols?symbol=HOL&exchang=NYSE',
      '/api/udf/symbols',
      '/api/udf/history?symbol=NOPE&resolution=60&from=1&to=2',
      '/api/udf/history?symbol=HOL&resolution=60&to=2',
      '/api/udf/history?symbol=HOL&resolution=60&from=3&to=2',
      '/api/udf/history?symbol=HOL&resolution=60&from=x&to=2',
      '/api/udf/history?symbol=HOL&resolution=60&from=1&to=2&start=1',
      '/api/udf/history?symbol=HOL&resolution=1S&from=1&to=2&to=3',
      '/api/udf/quotes?symbols=HOL',
    ]) {
      const answer = (await contract.json(path)) as History;
      assert.equal(answer.s, 'error', path);
      assert.ok((answer.errmsg ?? '').length > 5, path);
    }
    assert.equal(((await contract.json('/api/udf/symbols?symbol=NOPE')) as History).errmsg, 'unknown_symbol');
  });

  it('bars say whether something is missing, of the time that was asked for or of as many as were counted back', async () => {
    const { client } = contract.database;
    const hole = HOLIDAY_FROM - 5 * DAY;
    const micros = (time: number) => time * 1e6;
    await insertCoverage(client, [{ from: micros(HOLIDAY_FROM - 20 * DAY) }]);
    await storeLane(client, 'NASDAQ/0', micros(HOLIDAY_TO + 20 * DAY));
    const ids = await insertHoles(client, [{ from: micros(hole), to: micros(hole + 60), reason: 'refused' }]);
    try {
      for (const [query, complete, from, to] of [
        [`from=${hole + DAY}&to=${hole + 2 * DAY}`, true, hole + DAY, hole + 2 * DAY],
        [`from=${hole - DAY}&to=${hole + DAY}`, false, hole - DAY, hole + DAY],
        [`to=${hole + DAY}&countback=23`, true, hole + 3600, hole + DAY],
        [`to=${hole + DAY}&countback=24`, false, hole, hole + DAY],
        [`from=${HOLIDAY_FROM}&to=${HOLIDAY_FROM + DAY}`, true, HOLIDAY_FROM, HOLIDAY_FROM + DAY],
      ] as const) {
        const answer = await contract.api.get(`/api/udf/history?symbol=HOL&resolution=60&${query}`);
        assert.equal(answer.headers.get('x-complete'), String(complete), query);
        const path = /<([^>]+)>; rel="gaps"/.exec(answer.headers.get('link') ?? '')?.[1] ?? '';
        const asked = new URL(path, 'http://localhost').searchParams;
        assert.deepEqual(Object.fromEntries(asked), {
          exchange: 'NASDAQ',
          stock: 'HOL',
          start_time: time(micros(from)),
          end_time: time(micros(to) - 1),
        });
        const gaps = (await contract.json(path)) as readonly { readonly id: number }[];
        assert.deepEqual(
          gaps.map(({ id }) => id),
          complete ? [] : ids,
        );
      }
      const never = await contract.api.get('/api/udf/history?symbol=HOL&resolution=60&to=-5&countback=3');
      assert.deepEqual([never.status, await never.json()], [200, { s: 'no_data' }]);
    } finally {
      await forgetHoles(client);
      await client.query("DELETE FROM ingest_positions WHERE lane = 'NASDAQ/0'");
    }
  });
});
