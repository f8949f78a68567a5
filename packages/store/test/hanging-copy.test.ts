import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type CutStore, openCutStore } from './fixtures/cut-store.ts';
import { ask, BatchMaker, startTestServer, type TestServer } from './store-test-kit.ts';

describe('a database that falls silent in a COPY', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  const moments = [
    { moment: 'before it takes rows', at: 'COPY "', rows: 10 },
    { moment: 'when it has them', at: 'PGCOPY\n', rows: 10 },
    { moment: 'with more rows on their way than the network holds', at: 'PGCOPY\n', rows: 100_000 },
  ] as const;

  for (const { moment, at, rows } of moments) {
    // An error that nobody listens to would end the process, and the test.
    it(`is given up, and the batch stored later: ${moment}`, async () => {
      await using opened: CutStore = await openCutStore(server, 2000);
      const { membership, proxy, url } = opened;
      const make = new BatchMaker();
      const batches = make.batches(Array.from({ length: rows }, (_, i) => make.tick('AAPL', String(1 + (i % 100)))));
      proxy.at = at;
      proxy.cut = 'hang';
      await assert.rejects(membership.commit(batches), { code: 'STORE_UNAVAILABLE' });
      const { lanes } = await membership.commit(batches);
      assert.deepEqual(lanes, new Map([['NASDAQ/0', { stored: rows, refusedByDatabase: 0 }]]));
      assert.deepEqual(await ask(url, 'SELECT count(*)::int AS n FROM stock_prices'), [{ n: rows }]);
    });
  }
});
