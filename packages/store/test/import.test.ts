import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ImportMovedError, type ImportPortion } from '../src/index.ts';
import { ask, BatchMaker, openTestStore, startTestServer, type TestServer } from './store-test-kit.ts';

const DAY = 86_400_000_000;
const BASE = Date.UTC(2024, 1, 3) * 1000;

describe('an import', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  it('goes on where it stopped and doubles nothing', async () => {
    await using opened = await openTestStore(server);
    const { store, url } = opened;
    const make = new BatchMaker();
    const portion = (from: number, finished: boolean, days: number): ImportPortion => ({
      source: 'sha256:abc',
      from,
      to: from + 100,
      ticks: Array.from({ length: 2000 }, (_, i) => make.tick('AAPL', '1.5', BASE + (i % days) * DAY + i * 1000)),
      rejected: [],
      finished,
    });
    const untouched = { position: 0, seq: 0, stored: 0, rejected: 0, finished: false };
    assert.deepEqual(await store.importProgress('sha256:abc'), untouched);
    const first = portion(0, false, 1);
    assert.deepEqual(await store.importTicks(first), { stored: 2000, refusedByDatabase: 0 });
    await assert.rejects(store.importTicks(first), ImportMovedError);
    await assert.rejects(store.importTicks(portion(200, false, 1)), ImportMovedError);
    const [one, two] = await Promise.allSettled([
      store.importTicks(portion(100, true, 4)),
      store.importTicks(portion(100, true, 4)),
    ]);
    assert.deepEqual(new Set([one.status, two.status]), new Set(['fulfilled', 'rejected']));
    const { seq, ...progress } = await store.importProgress('sha256:abc');
    assert.deepEqual(progress, { position: 200, stored: 4000, rejected: 0, finished: true });
    const [last] = await ask<{ seq: number }>(url, 'SELECT max(seq)::float8 AS seq FROM stock_prices');
    assert.equal(seq, last?.seq);
    const places = await ask(
      url,
      'SELECT tableoid::regclass::text AS place, count(*)::int AS n FROM (SELECT tableoid FROM day_prices UNION ALL SELECT tableoid FROM late_prices) AS ticks GROUP BY 1 ORDER BY 1',
    );
    assert.deepEqual(
      places,
      [
        { place: 'late_prices', n: 1500 },
        { place: 'stock_prices_y2024m02d03', n: 2500 },
      ],
      'only days with many ticks get a partition',
    );
    for (const day of await store.daysWithData('2024-02-03', '2024-02-06')) {
      assert.deepEqual(await store.verifyRollups(day), []);
    }
  });

  it('keeps the order of the file among equal times, over portions and a clock that goes back', async () => {
    await using opened = await openTestStore(server);
    const { store, url } = opened;
    const make = new BatchMaker();
    const portion = (from: number, prices: readonly string[]): ImportPortion => ({
      source: 'a',
      from,
      to: from + 1,
      ticks: prices.map((price) => make.tick('AAPL', price, BASE)),
      rejected: [],
      finished: false,
    });
    await store.importTicks(portion(0, ['10', '12', '11']));
    // As if the portion before had been stored by a clock that was an hour ahead.
    await ask(url, 'UPDATE import_progress SET seq = seq + 3600000000; UPDATE late_prices SET seq = seq + 3600000000');
    await store.importTicks(portion(1, ['15', '9']));
    await store.importTicks(portion(2, ['14', '13']));
    const rows = await ask<{ price: number }>(url, 'SELECT price::int FROM stock_prices ORDER BY "timestamp", seq');
    assert.deepEqual(
      rows.map(({ price }) => price),
      [10, 12, 11, 15, 9, 14, 13],
    );
    const candles = await ask(url, 'SELECT open::int, close::int FROM price_rollups');
    assert.deepEqual(candles, Array(3).fill({ open: 10, close: 13 }));
  });

  it('of another source begins at its own start', async () => {
    await using opened = await openTestStore(server);
    const make = new BatchMaker();
    const portion = { from: 0, to: 1, ticks: [make.tick('AAPL', '1')], rejected: [], finished: true };
    await opened.store.importTicks({ ...portion, source: 'a' });
    await opened.store.importTicks({ ...portion, source: 'b' });
    await assert.rejects(opened.store.importTicks({ ...portion, source: 'c', from: 5 }), ImportMovedError);
    assert.deepEqual(await ask(opened.url, 'SELECT count(*)::int AS n FROM stock_prices'), [{ n: 2 }]);
  });
});
