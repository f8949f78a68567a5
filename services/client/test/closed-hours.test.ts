import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ClosedHours } from '../src/stock/closed-hours.ts';

const DAY = 86_400;
const T0 = Date.parse('2026-03-20T10:00:00Z') / 1000;

describe('closed hours', () => {
  it('of what the chart was moved to while others were being loaded are loaded after them', async () => {
    mock.method(globalThis, 'fetch', async (path: string) => {
      const start = Number(new URL(path, 'http://page').searchParams.get('start_time')) / 1e6;
      const session = { open_time: new Date((start + 10) * 1000), close_time: new Date((start + 20) * 1000) };
      return Response.json([{ exchange_name: 'NYSE', calendar: 'XNYS', sessions: [session] }]);
    });
    let range = { from: T0, to: T0 + 600 };
    const hours = new ClosedHours(
      () => ['NYSE'],
      () => hours.look(range),
    );
    hours.look(range);
    range = { from: T0 - 100 * DAY, to: T0 - 100 * DAY + 600 };
    hours.look(range);
    for (let turns = 0; turns < 50; turns++) await turn();
    assert.ok((hours.spans[0]?.from ?? 0) <= range.from);
    hours.dispose();
  });
});
