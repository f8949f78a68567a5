import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { RetireError } from '../src/index.ts';
import { ask, BatchMaker, LANES, lead, openTestStore, startTestServer, type TestServer } from './store-test-kit.ts';

describe('an operator', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  it('sees all lanes, and retires one or those of an exchange once nobody leads them or would', async () => {
    await using opened = await openTestStore(server);
    const { store, url } = opened;
    assert.deepEqual(await store.lanes(), []);
    const membership = await lead(store, ['NASDAQ/10', 'NASDAQ/2', ...LANES], 'host:1');
    const make = new BatchMaker();
    await membership.commit(make.batches([make.tick('AAPL', '1')]));
    const lanes = await store.lanes();
    assert.deepEqual(
      lanes.map(({ lane }) => lane),
      ['NASDAQ/0', 'NASDAQ/2', 'NASDAQ/10', 'NYSE/0'],
    );
    const [first, second] = lanes;
    assert.ok((first?.ageSeconds ?? -1) >= 0);
    const { ageSeconds: _, ...known } = first ?? {};
    const counts = { stored: 1, rejected: 0 };
    assert.deepEqual(known, { lane: LANES[0], leader: 'host:1', wantedBy: [], position: 'p1', seq: 1, ...counts });
    assert.equal(second?.position, undefined);

    await assert.rejects(store.retire('LSE'), /no lane and no exchange "LSE"; there is NASDAQ\/0, NASDAQ\/2/);
    await assert.rejects(store.retire('NASDAQ'), /^RetireError: host:1 leads NASDAQ\/0: stop it/);
    await membership.release('NASDAQ/2');
    await membership.survey(['NASDAQ/2']);
    await assert.rejects(store.retire('NASDAQ/2'), /host:1 would lead NASDAQ\/2/);
    await membership.survey([]);
    assert.equal((await store.retire('NASDAQ/2')).length, 1);
    await assert.rejects(store.retire('NASDAQ'), RetireError);
    assert.equal((await store.lanes()).length, 3, 'all or none');
    await membership[Symbol.asyncDispose]();
    const retired = await store.retire('NASDAQ');
    assert.deepEqual(
      retired.map(({ lane, stored }) => `${lane} ${stored}`),
      ['NASDAQ/0 1', 'NASDAQ/10 0'],
    );
    assert.deepEqual([...(await store.positions()).keys()], ['NYSE/0']);
    assert.deepEqual(await ask(url, 'SELECT count(*)::int AS n FROM stock_prices'), [{ n: 1 }]);
  });
});
