import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { TickReader } from '@tickwatch/store';
import { tick } from './contract-api.ts';
import { commit, Tail } from './market.ts';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const DAY = '2026-09-10';
const at = (time: string): string => `${DAY}T${time}Z`;

describe('a time-weighted mean counts each price for as long as it held', () => {
  let database: TestDatabase;
  let reader: TickReader;
  let api: TestBackend;

  before(async () => {
    database = await startTestDatabase();
    const tail = new Tail();
    await commit(database.client, [
      tick('TWO', 'NASDAQ', '1', at('00:00:00'), 1),
      tick('TWO', 'NASDAQ', '2', at('00:45:00'), 2),
      tick('BOTH', 'NASDAQ', '10', at('00:00:00'), 3),
      tick('BOTH', 'NYSE', '20.50', '2026-09-01T12:34:56.789Z', 1),
      tick('BOTH', 'NASDAQ', '30', at('00:30:00'), 4),
    ]);
    const waiting = [
      tick('TWO', 'NASDAQ', '4', at('02:00:00'), 5),
      tick('TWO', 'NASDAQ', '8', at('02:30:00'), 6),
      tick('FRESH', 'NASDAQ', '3', at('02:00:00'), 7),
    ];
    tail.received.push(...waiting);
    tail.from.set('NASDAQ/0', 4);
    reader = openReader(database.url, [tail]);
    api = await listenBackend(reader);
  });
  after(async () => {
    await api[Symbol.asyncDispose]();
    await reader[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const ask = async (stock: string, query: string): Promise<Record<string, unknown>> => {
    // Twice: the first question opens a snapshot, the second is one statement.
    const path = `/api/average/${stock}?decimals=string&${query}`;
    const [first, second] = [await (await api.get(path)).json(), await (await api.get(path)).json()];
    assert.deepEqual(first, second);
    return second as Record<string, unknown>;
  };

  for (const [why, stock, start, end, mean, count] of [
    ['the last price up to the end', 'TWO', at('00:00:00'), at('01:00:00'), '1.25', 2],
    ['the whole last second of an hour', 'TWO', at('00:00:00'), at('00:59:59.999999'), '1.25', 2],
    ['the price in force at the start', 'TWO', at('00:30:00'), at('01:00:00'), '1.5', 1],
    ['a range without a tick', 'TWO', at('01:00:00'), at('01:30:00'), '2', 0],
    ['a range without a tick after the day', 'TWO', '2026-10-20T01:00:00Z', '2026-10-20T02:00:00Z', '8', 0],
    ['no start: from the first tick', 'TWO', undefined, at('01:00:00'), '1.25', 2],
    ['ticks that are not committed', 'TWO', at('01:30:00'), at('03:00:00'), '4.666666666667', 2],
    ['a price in force that is not committed', 'TWO', at('02:15:00'), at('02:30:00'), '4', 1],
    ['a stock that is not committed at all', 'FRESH', at('02:30:00'), at('03:00:00'), '3', 0],
    ['one moment with a tick', 'TWO', at('00:45:00'), at('00:45:00'), '2', 1],
    ['one moment without a tick', 'TWO', at('00:50:00'), at('00:50:00'), '2', 0],
    ['an exchange that is silent for days', 'BOTH', at('00:00:00'), at('01:00:00'), '20.25', 2],
    ['one exchange alone', 'BOTH', at('00:15:00'), at('00:45:00'), '20', 1],
    ['before the first tick', 'TWO', '2026-09-01T00:00:00Z', '2026-09-02T00:00:00Z', null, 0],
    ['an unknown stock', 'NOPE', at('00:00:00'), at('01:00:00'), null, 0],
    ['years before 1970', 'TWO', '1900-01-01', at('01:00:00'), '1.25', 2],
  ] as const) {
    it(why, async () => {
      const only = why === 'one exchange alone' ? '&exchange=NASDAQ' : '';
      const answer = await ask(stock, `end_time=${end}${start === undefined ? '' : `&start_time=${start}`}${only}`);
      assert.deepEqual([answer.time_weighted_average, answer.count], [mean, count]);
    });
  }

  it('up to now where no end is given or it lies ahead', async () => {
    const now = Date.now();
    await commit(database.client, [
      tick('NOW', 'NYSE', '1', (now - 3600e3) * 1000, 11),
      tick('NOW', 'NYSE', '3', (now - 1800e3) * 1000, 12),
    ]);
    for (const query of ['', `&end_time=${now + 86_400e3}`]) {
      const body = await (await api.get(`/api/average/NOW?${query}`)).json();
      const mean = (body as { time_weighted_average: number }).time_weighted_average;
      assert.ok(mean >= 2 && mean < 2.02, `${mean}`);
    }
    const ahead = await (await api.get(`/api/average/NOW?start_time=${now + 3600e3}`)).json();
    assert.equal((ahead as { count: number }).count, 0);
  });
});
