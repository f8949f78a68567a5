import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { nowMicros } from '@tickwatch/core';
import { CommitUnknownError, type RejectedMessage } from '../src/index.ts';
import { openCutStore } from './fixtures/cut-store.ts';
import { ask, BatchMaker, eventually, lead, startTestServer, type TestServer } from './store-test-kit.ts';

function garbage(text: string): RejectedMessage {
  const payload = Buffer.from(text);
  return { exchange: 'NASDAQ', payload, receivedAt: nowMicros(), reason: 'bad_form', detail: 'no tick' };
}

describe('a connection that is cut at COMMIT', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  for (const [cut, isCommitted] of [
    ['before-commit', false],
    ['hang', false],
    ['after-commit', true],
  ] as const) {
    it(`leaves no doubt once the positions are read: ${cut}`, async () => {
      await using opened = await openCutStore(server, 3000);
      const { membership, proxy, events } = opened;
      await ask(opened.url, 'ALTER TABLE day_prices ADD CHECK (price < 1000)');
      const make = new BatchMaker();
      const ticks = [make.tick('AAPL', '1'), make.tick('AAPL', '5000'), make.tick('AAPL', '2')];
      const batches = make.batches(ticks, [garbage('one')]);
      proxy.cut = cut;
      await assert.rejects(membership.commit(batches), (error) => {
        assert.ok(error instanceof CommitUnknownError);
        assert.deepEqual(error.result.lanes, new Map([['NASDAQ/0', { stored: 2, refusedByDatabase: 1 }]]));
        return true;
      });
      assert.ok(events.some(({ type }) => type === 'commit_outcome_unknown'));
      const found = (await membership.positions(['NASDAQ/0'])).get('NASDAQ/0');
      assert.deepEqual(found, isCommitted ? batches[0]?.position : undefined);
      if (!isCommitted) await membership.commit(batches);
      await membership.commit(make.batches([make.tick('AAPL', '4')], [garbage('two')]));
      const prices = await ask(opened.url, 'SELECT price::int FROM stock_prices ORDER BY price');
      assert.deepEqual(prices, [{ price: 1 }, { price: 2 }, { price: 4 }]);
      const [totals] = await ask(opened.url, 'SELECT stored::int, rejected::int FROM ingest_positions');
      assert.deepEqual(totals, { stored: 3, rejected: 3 });
    });

    it(`is not stored twice by a caller that asks nobody: ${cut}`, async () => {
      await using opened = await openCutStore(server, 3000);
      const { membership, proxy, url } = opened;
      const make = new BatchMaker();
      const batches = make.batches([make.tick('AAPL', '1')]);
      proxy.cut = cut;
      await assert.rejects(membership.commit(batches), CommitUnknownError);
      if (isCommitted) await assert.rejects(membership.commit(batches), { name: 'PositionMovedError' });
      else await membership.commit(batches);
      assert.deepEqual(await ask(url, 'SELECT price::int FROM stock_prices'), [{ price: 1 }]);
    });
  }

  it('and hangs does not keep another member waiting that finds its leader gone', async () => {
    await using opened = await openCutStore(server, 30_000);
    const { membership, proxy, url, store } = opened;
    const make = new BatchMaker();
    const batches = make.batches([make.tick('AAPL', '1')]);
    proxy.cut = 'hang';
    const committing = assert.rejects(membership.commit(batches), { code: 'STORE_UNAVAILABLE' });
    await eventually('the commit that hangs', async () => {
      const open = await ask(
        url,
        "SELECT FROM pg_stat_activity WHERE application_name = 'cut' AND state = 'idle in transaction'",
      );
      return open.length > 0 || undefined;
    });
    // Its session ends, its writer lives on between ADVANCE and COMMIT.
    await ask(url, "SELECT pg_terminate_backend(pid) FROM ingest_locks WHERE key = ingest_lock_key('member', 'cut')");
    await using next = await lead(store, ['NASDAQ/0'], 'next');
    assert.deepEqual(await next.positions(['NASDAQ/0']), new Map([['NASDAQ/0', undefined]]));
    await next.commit(batches);
    await committing;
    assert.deepEqual(await ask(url, 'SELECT price::int FROM stock_prices'), [{ price: 1 }]);
  });
});
