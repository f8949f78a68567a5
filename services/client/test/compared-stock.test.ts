import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { CandleWindow } from '../src/stock/candle-window.ts';
import { WINDOW_SLOTS } from '../src/stock/chart-model.ts';
import { ComparedStock } from '../src/stock/compare/compared-stock.ts';
import type { OverlaidChart } from '../src/stock/overlay.ts';

const T0 = Date.parse('2026-11-20T10:00:00Z') / 1000;

describe('a compared stock', () => {
  it('keeps the candles at the left edge, however many are in view', async () => {
    const asked: (readonly [from: number, to: number])[] = [];
    mock.method(globalThis, 'fetch', async (path: string) => {
      const { searchParams } = new URL(path, 'http://page');
      const [from = 0, to = 0] = ['start_time', 'end_time'].map((name) => Number(searchParams.get(name)) / 1e6);
      if (path.startsWith('/api/candles')) asked.push([from, to]);
      return Response.json([]);
    });
    const window = new CandleWindow('1s', 'UTC');
    window.end = T0 + 8000;
    const live = { follow: () => ({ ready: async () => {}, *recent() {}, end: () => {} }) };
    const stock = new ComparedStock(
      'MSFT',
      { live, zone: 'utc', model: { window } } as unknown as OverlaidChart,
      () => {},
    );
    stock.follow({ from: T0, to: T0 + 4000 }, window);
    for (let turns = 0; turns < 20; turns++) await turn();
    const [from, to] = asked[0] ?? assert.fail('nothing was asked for');
    assert.ok(from <= T0 && to >= T0 + 4000 - 1, 'all that is in view');
    assert.ok(to - from <= WINDOW_SLOTS, `${to - from} candles are more than are kept`);
    stock.dispose();
  });
});
