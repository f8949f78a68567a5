import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import type { AlertFiring } from '@tickwatch/core';
import { goLive, goToMoment } from '../src/moment/moment.ts';
import { ChartFirings } from '../src/stock/alerts/chart-firings.ts';

const NOON = Date.parse('2026-03-02T12:00:00Z') / 1000;
const at = (seconds: number): AlertFiring => {
  const time = new Date((NOON + seconds) * 1000).toISOString();
  return {
    ...{
      id: `f${seconds}`,
      rule_id: 'r',
      rule_name: 'r',
      exchange_name: 'NASDAQ',
      stock_name: 'AAPL',
      timestamp: time,
    },
    ...{ seq: 1, price: '230.05', text: `at ${seconds}`, recorded: time },
  };
};

/** A chart's firings, and what it asks of an API that has these. */
function startChart(stored: readonly AlertFiring[], exchange?: string) {
  const asked: URLSearchParams[] = [];
  mock.method(globalThis, 'fetch', async (path: string) => {
    const query = new URL(path, 'http://x').searchParams;
    asked.push(query);
    const [start, end] = [query.get('start_time') ?? '0', query.get('end_time') ?? '1e99'].map(Number);
    const found = stored.filter(({ timestamp }) => {
      const micros = Date.parse(timestamp) * 1000;
      return micros >= (start ?? 0) && micros <= (end ?? 0);
    });
    const limit = Number(query.get('limit'));
    const headers = found.length > limit ? { link: '</api/alerts/firings?cursor=c>; rel="next"' } : undefined;
    return Response.json(found.toReversed().slice(0, limit), headers && { headers });
  });
  const chart = new ChartFirings({ stock: 'AAPL', exchange });
  const load = (from: number, to: number, isLive: boolean) =>
    chart.load({ from: NOON + from, to: NOON + to }, isLive, new AbortController().signal);
  const ids = (from: number, to: number) => chart.within({ from: NOON + from, to: NOON + to }).map(({ id }) => id);
  return { chart, load, ids, asked };
}

describe('what fired on a chart', () => {
  afterEach(() => {
    goLive();
    mock.restoreAll();
  });

  it('shows nothing of what came after the moment that the page shows, nor asks for it', async () => {
    goToMoment((NOON + 100) * 1e6);
    const { load, ids, asked, chart } = startChart([at(10), at(90), at(110)]);
    await load(0, 300, false);
    assert.deepEqual(ids(0, 300), ['f10', 'f90']);
    assert.equal(asked[0]?.get('end_time'), String((NOON + 100) * 1e6));
    goToMoment((NOON + 200) * 1e6);
    chart.forget();
    assert.deepEqual(ids(0, 300), []);
    await load(0, 300, false);
    assert.deepEqual(ids(0, 300), ['f10', 'f90', 'f110']);
  });

  it('asks for a range once, takes what is told live, and leaves other stocks and exchanges to their charts', async () => {
    const { chart, load, ids, asked } = startChart([at(10)], 'NASDAQ');
    await load(0, 1e9, true);
    await load(50, 1e9, true);
    assert.equal(asked.length, 1);
    assert.deepEqual([asked[0]?.get('stock'), asked[0]?.get('exchange')], ['AAPL', 'NASDAQ']);
    assert.equal(chart.take([at(20), { ...at(30), stock_name: 'MSFT' }, { ...at(40), exchange_name: 'NYSE' }]), true);
    assert.equal(chart.take([{ ...at(50), stock_name: null }]), false);
    assert.deepEqual(ids(0, 100), ['f10', 'f20']);
    await load(-100, 1e9, true);
    assert.equal(asked.length, 2);
  });

  it('shows the newest of very many, and asks for older ones where somebody looks for them', async () => {
    const all = Array.from({ length: 700 }, (_, second) => at(second));
    const { chart, load, ids, asked } = startChart(all);
    await load(0, 1e9, true);
    await load(0, 1e9, true);
    assert.deepEqual([ids(0, 1e9).length, ids(0, 1e9)[0], asked.length], [500, 'f200', 1]);
    await load(0, 100, true);
    assert.deepEqual([ids(0, 100).length, asked.length], [101, 2]);
    // While they go on firing, not all of them are held.
    for (let second = 700; second < 5000; second++) {
      all.push(at(second));
      chart.take(all.slice(-1));
    }
    await load(0, 1e9, true);
    assert.deepEqual(ids(0, 1e9).at(-1), 'f4999');
    await load(50, 60, true);
    assert.equal(ids(50, 60).length, 11);
  });
});
