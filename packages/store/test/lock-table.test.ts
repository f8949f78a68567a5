import assert from 'node:assert/strict';
import { it } from 'node:test';
import { translateReadError } from '../src/reader/read-errors.ts';
import { describe as inWords, toStoreError } from '../src/store-errors.ts';
import { ask, startTestServer } from './store-test-kit.ts';

it('a full lock table is told by its own name, to writers and readers, and not as a lack of memory', async () => {
  await using server = await startTestServer();
  const url = await server.createDatabase();
  const greedy = ask(url, 'SELECT pg_advisory_lock(n) FROM generate_series(1, 1000000) AS n');
  const error: unknown = await greedy.catch((error: unknown) => error);
  const words =
    "PostgreSQL's lock table is full: raise its setting max_locks_per_transaction (256, say) and start it anew";
  assert.equal(inWords(error), words);
  for (const told of [toStoreError(error), translateReadError(error)]) {
    assert.ok(told instanceof Error && 'code' in told);
    assert.deepEqual([told.code, told.message], ['LOCK_TABLE_FULL', words]);
  }
});
