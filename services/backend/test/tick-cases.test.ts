import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tickCases } from '../../../test/cases/cases.ts';
import { tick } from './contract-api.ts';
import { commit } from './market.ts';
import { listenBackend } from './test-backend.ts';
import { startTestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

describe('the ticks of the table of cases come out of the REST API as they went in', () => {
  it('digit for digit, whatever the symbol, in JSON and CSV', async () => {
    await using database = await startTestDatabase();
    const ticks = tickCases()
      .flatMap((one) => one.ticks ?? [])
      .flatMap(({ stock_name, price, timestamp }, i) =>
        timestamp === undefined ? [] : [tick(stock_name, 'NYSE', price, timestamp, i + 1)],
      );
    assert.ok(ticks.length > 20);
    await commit(database.client, ticks);
    await using reader = openReader(database.url);
    await using api = await listenBackend(reader);
    for (const stock of new Set(ticks.map((one) => one.stock))) {
      const path = `/api/prices/${encodeURIComponent(stock)}`;
      const prices = (await (await api.get(`${path}?decimals=string`)).json()) as { price: string }[];
      const expected = ticks.filter((one) => one.stock === stock).map(({ price }) => price);
      assert.deepEqual(prices.map(({ price }) => price).toSorted(), expected.toSorted(), stock);
      const csv = await (await api.get(`${path}?format=csv`)).text();
      for (const price of expected) assert.ok(csv.includes(`,NYSE,${price}\n`), csv);
    }
  });
});
