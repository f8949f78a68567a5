import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ContractApi, startContractApi } from './contract-api.ts';

const AAPL = '2026-09-10T08:00:00.000001Z';
const NINE = '2026-09-10T09:00:00.000000Z';
const TEN = '2026-09-10T10:00:00.000000Z';

describe('the REST contract', () => {
  let contract: ContractApi;

  before(async () => {
    contract = await startContractApi();
  });
  after(async () => {
    await contract[Symbol.asyncDispose]();
  });

  it('prices are a bare array, ascending, with the digits that came in and six digits of time', async () => {
    const answer = await contract.api.get('/api/prices/AAPL');
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
    assert.equal(
      (await answer.text()).replaceAll('\n', ''),
      '[{"timestamp":"2026-09-10T08:00:00.000001Z","price":220.40,"exchange_name":"NASDAQ"}' +
        ',{"timestamp":"2026-09-10T09:00:00.000000Z","price":0.00000001,"exchange_name":"NYSE"}' +
        ',{"timestamp":"2026-09-10T09:00:00.000000Z","price":220.50,"exchange_name":"NASDAQ"}' +
        ',{"timestamp":"2026-09-11T00:00:00.000000Z","price":123456789012345.678901,"exchange_name":"NASDAQ"}]',
    );
  });

  it('both ends of a range are inclusive, in every way to write a time', async () => {
    const ways = [
      ['2026-09-10T09:00:00Z', '2026-09-11T00:00:00Z'],
      ['2026-09-10T11:00:00%2B02:00', '2026-09-11T02:00:00+02:00'],
      ['2026-09-10T09:00:00', '2026-09-11'],
      ['2026-09-10 09:00', '2026-09-11 00:00:00.000'],
      ['1789030800', '1789084800'],
      ['1789030800000', '1789084800000.0'],
      ['1789030800000000', '1789084800000000'],
    ];
    for (const [start, end] of ways) {
      const prices = (await contract.json(`/api/prices/AAPL?start_time=${start}&end_time=${end}`)) as unknown[];
      assert.equal(prices.length, 3, `${start} ${end}`);
    }
  });

  it('an unknown stock has no prices and no average, and is no error', async () => {
    assert.equal(await contract.text('/api/prices/NOPE'), '[]\n');
    const average = (await contract.json('/api/average/NOPE')) as Record<string, unknown>;
    assert.deepEqual([average.average_price, average.count, average.first], [null, 0, null]);
  });

  it('an average is exact and says what it was made of', async () => {
    assert.deepEqual(
      JSON.parse(await contract.text('/api/average/AAPL?decimals=string&end_time=2026-09-10T10:00:00Z')),
      {
        stock_name: 'AAPL',
        exchange_name: null,
        start_time: null,
        end_time: '2026-09-10T10:00:00.000000Z',
        average_price: '146.96666667',
        count: 3,
        min: '0.00000001',
        max: '220.50',
        first: '220.40',
        last: '220.50',
        first_time: '2026-09-10T08:00:00.000001Z',
        last_time: '2026-09-10T09:00:00.000000Z',
        time_weighted_average: '146.96666666320061728363',
        raw_from: null,
        complete: false,
        holes: [
          { exchange_name: 'NASDAQ', from_time: AAPL, to_time: TEN, reason: 'unknown', messages: null },
          { exchange_name: 'NYSE', from_time: NINE, to_time: TEN, reason: 'unknown', messages: null },
        ],
      },
    );
    assert.match(await contract.text('/api/average/AAPL?exchange=NASDAQ'), /"average_price":41152263004262\.192967,/);
  });

  it('names with slashes, spaces and colons are found', async () => {
    assert.equal(((await contract.json(`/api/prices/${encodeURIComponent('A/B é')}`)) as unknown[]).length, 1);
    assert.equal(((await contract.json('/api/prices/BTC:USD')) as unknown[]).length, 1);
  });

  it('prices come as NDJSON and CSV, by Accept or by format', async () => {
    const ndjson = await contract.api.get('/api/prices/AAPL?exchange=NYSE', {
      headers: { accept: 'application/x-ndjson' },
    });
    assert.match(ndjson.headers.get('content-type') ?? '', /ndjson/);
    assert.equal(
      await ndjson.text(),
      '{"timestamp":"2026-09-10T09:00:00.000000Z","stock_name":"AAPL","price":0.00000001,"exchange_name":"NYSE"}\n',
    );
    const header = 'timestamp,stock_name,exchange_name,price\n';
    const csv = await contract.text('/api/prices/AAPL?format=csv&order=desc');
    assert.ok(csv.startsWith(`${header}2026-09-11T00:00:00.000000Z,AAPL,NASDAQ,123456789012345.678901\n`));
    assert.equal(csv, await contract.text('/api/prices/AAPL?format=csv&order=desc&limit=100'));
    assert.equal(await contract.text('/api/prices/NOPE', { headers: { accept: 'text/csv;q=0.9, text/html' } }), header);
  });

  it('pages lead to the next one by a link', async () => {
    const found: unknown[] = [];
    let path: string | undefined = '/api/prices/AAPL?limit=1&decimals=string';
    while (path !== undefined) {
      const page = await contract.api.get(path);
      found.push(...((await page.json()) as unknown[]));
      path = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
    }
    assert.deepEqual(found, await contract.json('/api/prices/AAPL?decimals=string'));
  });

  it('candles, filled and in a time zone', async () => {
    const candles = (await contract.json(
      '/api/candles/AAPL?interval=1d&timezone=America/New_York&decimals=string',
    )) as {
      time: string;
      count: number;
    }[];
    assert.deepEqual(
      candles.map(({ time, count }) => [time, count]),
      [['2026-09-10T04:00:00.000000Z', 4]],
    );
    const filled = (await contract.json(
      '/api/candles/AAPL?interval=4h&fill=previous&exchange=NASDAQ&decimals=string',
    )) as object[];
    assert.equal(filled.length, 5);
    assert.deepEqual(filled[1], {
      time: '2026-09-10T12:00:00.000000Z',
      open: '220.50',
      high: '220.50',
      low: '220.50',
      close: '220.50',
      count: 0,
      average: '220.50',
      complete: false,
    });
  });

  it('hours begin where the clock of the zone says, and at the opening', async () => {
    const times = async (query: string) =>
      ((await contract.json(`/api/candles/AAPL?end_time=2026-09-10T12:00:00Z&${query}`)) as { time: string }[]).map(
        ({ time }) => time,
      );
    for (const [query, ...expected] of [
      ['interval=1h', '2026-09-10T08:00:00.000000Z', '2026-09-10T09:00:00.000000Z'],
      ['interval=1h&timezone=Asia/Kolkata', '2026-09-10T07:30:00.000000Z', '2026-09-10T08:30:00.000000Z'],
      ['interval=1h&timezone=Asia/Kolkata&align=utc', '2026-09-10T08:00:00.000000Z', '2026-09-10T09:00:00.000000Z'],
      ['interval=1h&align=session', '2026-09-10T07:30:00.000000Z', '2026-09-10T08:30:00.000000Z'],
      ['interval=6h&timezone=America/New_York', '2026-09-10T04:00:00.000000Z'],
      ['interval=1d&align=session', '2026-09-09T13:30:00.000000Z'],
      // The opening is the exchange's, in whichever zone dates are read.
      ['interval=1d&align=session&timezone=Asia/Tokyo', '2026-09-09T13:30:00.000000Z'],
      ['interval=1w&align=session', '2026-09-08T13:30:00.000000Z'],
      ['interval=1w&timezone=America/New_York', '2026-09-07T04:00:00.000000Z'],
      ['interval=1M', '2026-09-01T00:00:00.000000Z'],
      ['interval=1M&timezone=America/New_York', '2026-09-01T04:00:00.000000Z'],
    ]) {
      assert.deepEqual(await times(query ?? ''), expected, query);
    }
  });

  it('what is filled does not run into the future, also where the range is all of today', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const candles = (await contract.json(
      `/api/candles/AAPL?interval=1m&fill=previous&start_time=${today}&end_time=${today}`,
    )) as { time: string }[];
    const last = Date.parse(candles.at(-1)?.time ?? '');
    assert.ok(last <= Date.now() && last > Date.now() - 120_000, candles.at(-1)?.time);
  });

  it('stocks, latest and as-of', async () => {
    const stocks = (await contract.json('/api/stocks')) as {
      stock_name: string;
      exchange_name: string;
      count: number;
    }[];
    assert.deepEqual(
      stocks.map((stock) => [stock.stock_name, stock.exchange_name, stock.count]),
      [
        ['A/B é', 'NYSE', 1],
        ['AAPL', 'NASDAQ', 3],
        ['AAPL', 'NYSE', 1],
        ['BTC:USD', 'NYSE', 1],
      ],
    );
    assert.equal(((await contract.json('/api/latest?exchange=NYSE')) as unknown[]).length, 3);
    assert.match(await contract.text('/api/latest/AAPL'), /"price":123456789012345\.678901,/);
    assert.match(await contract.text('/api/asof/AAPL?time=2026-09-10T08:30:00Z'), /"price":220\.40,/);
    assert.equal((await contract.api.get('/api/asof/AAPL?time=2026-09-10T07:00:00Z')).status, 404);
    assert.equal((await contract.api.get('/api/latest/NOPE')).status, 404);
  });

  it('a chart that speaks TradingView’s UDF finds symbols and bars', async () => {
    const symbol = (await contract.json('/api/udf/symbols?symbol=NYSE:BTC:USD')) as { name: string; exchange: string };
    assert.deepEqual([symbol.name, symbol.exchange], ['BTC:USD', 'NYSE']);
    assert.equal(((await contract.json('/api/udf/search?query=aap&limit=1')) as unknown[]).length, 1);
    assert.match(await contract.text('/api/udf/time'), /^\d{10}$/);
    const bars = await contract.text('/api/udf/history?symbol=NASDAQ:AAPL&resolution=60&from=1789027200&to=1789034400');
    assert.equal(
      bars,
      '{"s":"ok","t":[1789027200,1789030800],"o":[220.40,220.50],"h":[220.40,220.50],"l":[220.40,220.50],"c":[220.40,220.50],"v":[1,1]}',
    );
    assert.equal(
      await contract.text('/api/udf/history?symbol=AAPL&resolution=60&from=1789040000&to=1789050000'),
      '{"s":"no_data","nextTime":1789030800}',
    );
  });
});
