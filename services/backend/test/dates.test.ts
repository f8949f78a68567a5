import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { timeCases } from '../../../test/cases/cases.ts';
import { type ContractApi, startContractApi, tick } from './contract-api.ts';
import { commit } from './market.ts';

interface Average {
  readonly start_time: string;
  readonly end_time: string;
  readonly count: number;
}

describe('a date is a whole day in its time zone', () => {
  let contract: ContractApi;

  before(async () => {
    contract = await startContractApi();
    const times = ['2025-03-30T23:59:59.999999Z', '2025-03-31T00:00:00Z', '2025-03-31T12:00:00Z'];
    const later = ['2025-03-31T23:59:59.999999Z', '2025-04-01T00:00:00Z', '2025-04-01T03:59:59.999999Z'];
    await commit(
      contract.database.client,
      [...times, ...later].map((time, i) => tick('DAY', 'NYSE', String(i + 1), time, i + 10)),
    );
  });
  after(async () => {
    await contract[Symbol.asyncDispose]();
  });

  const average = async (query: string) => (await contract.json(`/api/average/DAY?${query}`)) as Average;

  it('from its first instant to its last microsecond', async () => {
    const days: readonly (readonly [query: string, start: string, end: string])[] = [
      ['2025-03-31', '2025-03-31T00:00:00.000000Z', '2025-03-31T23:59:59.999999Z'],
      ['20250331', '2025-03-31T00:00:00.000000Z', '2025-03-31T23:59:59.999999Z'],
      ['2025-03-31&timezone=America/New_York', '2025-03-31T04:00:00.000000Z', '2025-04-01T03:59:59.999999Z'],
      ['20250331&timezone=America/New_York', '2025-03-31T04:00:00.000000Z', '2025-04-01T03:59:59.999999Z'],
      // Days of 23 and of 25 hours.
      ['2026-03-08&timezone=America/New_York', '2026-03-08T05:00:00.000000Z', '2026-03-09T03:59:59.999999Z'],
      ['2025-11-02&timezone=America/New_York', '2025-11-02T04:00:00.000000Z', '2025-11-03T04:59:59.999999Z'],
      // Days without a midnight, and one after which there are two.
      ['2018-11-04&timezone=America/Sao_Paulo', '2018-11-04T03:00:00.000000Z', '2018-11-05T01:59:59.999999Z'],
      ['2026-03-29&timezone=Asia/Beirut', '2026-03-28T22:00:00.000000Z', '2026-03-29T20:59:59.999999Z'],
      ['2025-11-02&timezone=America/Havana', '2025-11-02T04:00:00.000000Z', '2025-11-03T04:59:59.999999Z'],
      ['2026-01-05&timezone=Asia/Kathmandu', '2026-01-04T18:15:00.000000Z', '2026-01-05T18:14:59.999999Z'],
      ['2026-01-05&timezone=Pacific/Kiritimati', '2026-01-04T10:00:00.000000Z', '2026-01-05T09:59:59.999999Z'],
      // Beside a day that never was.
      ['2011-12-29&timezone=Pacific/Apia', '2011-12-29T10:00:00.000000Z', '2011-12-30T09:59:59.999999Z'],
      ['2011-12-31&timezone=Pacific/Apia', '2011-12-30T10:00:00.000000Z', '2011-12-31T09:59:59.999999Z'],
      ['1970-01-01&timezone=Asia/Tokyo', '1969-12-31T15:00:00.000000Z', '1970-01-01T14:59:59.999999Z'],
    ];
    for (const [query, start, end] of days) {
      const [day, zone = ''] = query.split('&');
      const found = await average(`start_time=${day}&end_time=${day}${zone && `&${zone}`}`);
      assert.deepEqual([found.start_time, found.end_time], [start, end], query);
    }
    assert.equal((await average('start_time=2025-03-31&end_time=2025-03-31')).count, 3);
    assert.equal((await average('start_time=2025-03-31&end_time=2025-03-31&timezone=America/New_York')).count, 4);
    assert.equal((await average('start_time=9999-12-31&end_time=9999-12-31&timezone=America/New_York')).count, 0);
    assert.equal((await average('start_time=0001-01-01&end_time=0002-01-01')).count, 0);
  });

  it('on every route that takes a range or a moment', async () => {
    const day = 'start_time=2025-03-31&end_time=2025-03-31';
    const zone = 'timezone=America/New_York';
    const prices = (path: string) => contract.json(path) as Promise<{ price: number }[]>;
    assert.deepEqual(
      (await prices(`/api/prices/DAY?${day}`)).map(({ price }) => price),
      [2, 3, 4],
    );
    assert.deepEqual(
      (await prices(`/api/prices/DAY?${day}&${zone}`)).map(({ price }) => price),
      [3, 4, 5, 6],
    );
    assert.equal((await prices(`/api/prices/DAY?${day}&${zone}&limit=9`)).length, 4);
    assert.equal((await prices(`/api/prices/DAY?${day}&${zone}&points=9`)).length, 4);
    const candles = (await contract.json(`/api/candles/DAY?interval=1d&${day}&${zone}`)) as { time: string }[];
    assert.deepEqual(
      candles.map(({ time }) => time),
      ['2025-03-31T04:00:00.000000Z'],
    );
    const latency = (await contract.json(`/api/metrics/insert-latency?${day}&${zone}`)) as Average;
    assert.deepEqual(
      [latency.start_time, latency.end_time],
      ['2025-03-31T04:00:00.000000Z', '2025-04-01T03:59:59.999999Z'],
    );
    const asOf = async (query: string) => ((await contract.json(`/api/asof/DAY?${query}`)) as { price: number }).price;
    assert.equal(await asOf('time=2025-03-30'), 1);
    assert.equal(await asOf('time=2025-03-31'), 4);
    assert.equal(await asOf(`time=2025-03-31&${zone}`), 6);
    assert.equal(await asOf('time=2999-01-01'), 6);
  });

  it('a date-time without an offset is read there too, and one with an offset is not', async () => {
    for (const [text, time] of [
      ['2025-03-31T10:00', '2025-03-31T14:00:00.000000Z'],
      ['20250331T100000', '2025-03-31T14:00:00.000000Z'],
      ['2025-03-31 10:00:00.5', '2025-03-31T14:00:00.500000Z'],
      ['2025-03-31T10:00Z', '2025-03-31T10:00:00.000000Z'],
      ['2025-03-31T10:00%2B02:00', '2025-03-31T08:00:00.000000Z'],
      ['2025-03-31T10:00+02:00', '2025-03-31T08:00:00.000000Z'],
      ['1743415200', '2025-03-31T10:00:00.000000Z'],
      // Skipped by a clock change, and read twice.
      ['2026-03-08T02:30', '2026-03-08T07:00:00.000000Z'],
      ['2025-11-02T01:30', '2025-11-02T05:30:00.000000Z'],
    ]) {
      const found = await average(`end_time=${text}&timezone=America/New_York`);
      assert.equal(found.end_time, time, text);
    }
  });

  it('a day that never was is refused', async () => {
    const answer = await contract.api.get('/api/average/DAY?start_time=2011-12-30&timezone=Pacific/Apia');
    assert.equal(answer.status, 422);
    assert.match(((await answer.json()) as { detail: string }).detail, /start_time "2011-12-30".*no such day/);
  });

  it('every time of the table of cases is what it says', async () => {
    for (const { text, is, zone } of timeCases()) {
      const query = new URLSearchParams({ start_time: text, ...(zone === undefined ? {} : { timezone: zone }) });
      const answer = await contract.api.get(`/api/average/DAY?${query}`);
      const body = (await answer.json()) as Partial<Average> & { readonly parameter?: string };
      if (is === null) assert.deepEqual([answer.status, body.parameter], [422, 'start_time'], text);
      else assert.equal(body.start_time, is, `${text} ${zone ?? ''}`);
    }
  });
});
