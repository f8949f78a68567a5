import assert from 'node:assert/strict';
import { it } from 'node:test';
import { nowMicros } from '@tickwatch/core';
import { type BoardQuestion, ReadBusyError } from '../src/index.ts';
import { openReader } from './reading-kit.ts';
import { ask, openTestStore, startTestServer } from './store-test-kit.ts';

it('boards as they stood that look at every stock take a part of the connections, so that others are answered meanwhile', async () => {
  await using server = await startTestServer();
  await using store = await openTestStore(server);
  await ask(
    store.url,
    `INSERT INTO stock_prices SELECT now() - interval '1 hour', 'S' || n, 'NYSE', n, n FROM generate_series(1, 5) AS n`,
  );
  const wait = { queue: 0, waitMs: 30_000 };
  await using reader = openReader(store.url, {
    limits: { questions: { permits: 4, ...wait }, exports: { permits: 1, ...wait } },
  });
  const now = nowMicros();
  const day = { from: now - 7_200_000_000, until: now + 3_600_000_000 };
  const asked = (changes: Partial<BoardQuestion>) =>
    reader.board({ sort: 'price', order: 'desc', limit: 10, day, now, isPast: true, ...changes });
  const [first, second, ...others] = await Promise.allSettled([
    asked({}),
    asked({ sort: 'ticks' }),
    asked({ sort: 'name' }),
    asked({ stocks: ['S1', 'S2', 'S3', 'S4', 'S5'] }),
    asked({ isPast: false }),
  ]);
  assert.equal(first?.status, 'fulfilled');
  assert.ok(second?.status === 'rejected' && second.reason instanceof ReadBusyError);
  for (const one of others) assert.equal(one.status === 'fulfilled' ? one.value.value.rows.length : one.reason, 5);
  assert.equal((await asked({ sort: 'ticks' })).value.rows.length, 5);
});
