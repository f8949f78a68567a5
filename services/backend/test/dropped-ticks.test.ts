import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listenBackend } from './test-backend.ts';
import { startTestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

describe('after old ticks were dropped', () => {
  it('averages and candles stay exact at the grain of minutes and say from when single ticks are there', async () => {
    await using database = await startTestDatabase();
    await database.client.query(
      `INSERT INTO stock_prices SELECT '2026-09-10T10:00:00Z'::timestamptz + n * interval '10 seconds', 'OLD', 'NYSE', n
         FROM generate_series(0, 17) n`,
    );
    await database.client.query(`INSERT INTO stock_prices VALUES ('2026-09-12T10:00:00Z', 'OLD', 'NYSE', 100)`);
    await database.client.query(`SELECT drop_raw_before('2026-09-11', 100)`);
    await using reader = openReader(database.url);
    await using api = await listenBackend(reader);
    const get = async (path: string) => (await (await api.get(path)).json()) as Record<string, unknown>;
    const all = await get('/api/average/OLD');
    assert.deepEqual([all.count, all.min, all.max, all.raw_from], [19, 0, 100, '2026-09-11T00:00:00.000000Z']);
    const part = await get('/api/average/OLD?start_time=2026-09-10T10:01:30Z&end_time=2026-09-10T10:01:40Z');
    assert.deepEqual(
      [part.count, part.start_time, part.end_time, part.average_price],
      [6, '2026-09-10T10:01:00.000000Z', '2026-09-10T10:01:59.999999Z', 8.5],
    );
    const prices = await api.get('/api/prices/OLD');
    assert.equal(prices.headers.get('x-raw-from'), '2026-09-11T00:00:00.000000Z');
    assert.equal(((await prices.json()) as unknown[]).length, 1);
    const points = await api.get('/api/prices/OLD?points=8');
    assert.equal(points.headers.get('x-resolution'), 'reduced');
    assert.ok(((await points.json()) as { price: number }[]).some(({ price }) => price === 0));
    const asOf = await get('/api/asof/OLD?time=2026-09-10T11:00:00Z');
    assert.deepEqual([asOf.price, asOf.timestamp], [17, '2026-09-10T10:02:50.000000Z']);
  });
});
