import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestDatabases, type TestDatabase, type TestDatabases, TestIngest } from '../ingest-kit.ts';

const STOCKS = Array.from({ length: 40 }, (_, i) => `S${i}`);
const RECORDED = 'SELECT lane, lanes, reason FROM gaps ORDER BY lane';

describe('holes of an exchange of several lanes', () => {
  let postgres: TestDatabases;
  before(async () => {
    postgres = await startTestDatabases();
  });
  after(() => postgres[Symbol.asyncDispose]());

  it('are none where a lane has its first tick later than others', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url, { lanes: new Map([['NYSE', 4]]) });
    await ingest.leads();
    let stored = 0;
    for (const stock of STOCKS) {
      await ingest.sink.publish('NYSE', [`${stock}:1`]);
      await ingest.stored(++stored);
    }
    assert.deepEqual(await database.ask(RECORDED), []);
  });

  it('are told once for every stock when LANES was changed meanwhile', async () => {
    const database = await postgres.newDatabase().create();
    for (const [lanes, expected] of [
      [1, []],
      // New lanes know nothing of before.
      [4, [{ lane: 'NYSE/0', lanes: 1, reason: 'not_listening' }]],
      [8, [0, 1, 2, 3].map((k) => ({ lane: `NYSE/${k}`, lanes: 4, reason: 'not_listening' }))],
      // Those that are gone can't tell any more.
      [1, [{ lane: 'NYSE/0', lanes: 1, reason: 'not_listening' }]],
    ] as const) {
      await restart(database, lanes);
      assert.deepEqual(await database.ask(RECORDED), expected, `with ${lanes} lanes`);
      await database.ask('DELETE FROM gaps');
    }
  });
});

async function restart(database: TestDatabase, lanes: number): Promise<void> {
  await using ingest = await TestIngest.start(database.url, { lanes: new Map([['NYSE', lanes]]) });
  await ingest.leads();
  await ingest.sink.publish(
    'NYSE',
    STOCKS.map((stock) => `${stock}:1`),
  );
  await ingest.stored(STOCKS.length);
}
