import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LeaseLostError } from '../src/index.ts';
import {
  ask,
  BatchMaker,
  EXCHANGES,
  eventually,
  openTestStore,
  startTestServer,
  type TestServer,
} from './store-test-kit.ts';

const PROGRAM = fileURLToPath(new URL('./fixtures/hold-lease.ts', import.meta.url));

describe('a lease', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  it('is for one owner, all exchanges or none, and goes on where the last owner stopped', async () => {
    await using opened = await openTestStore(server);
    const request = { staleAfterMs: 60_000, owner: 'first' };
    const first = await opened.store.acquire({ ...request, exchanges: EXCHANGES });
    assert.ok(first);
    assert.deepEqual(first.positions, []);
    assert.equal(await opened.store.acquire({ ...request, exchanges: ['LSE', 'NYSE'] }), undefined);
    const london = await opened.store.acquire({ ...request, exchanges: ['LSE'] });
    assert.ok(london, 'the refused request left LSE free');
    await london[Symbol.asyncDispose]();
    const make = new BatchMaker();
    const batch = make.batch([make.tick('AAPL', '1')]);
    await first.commit(batch);
    await first[Symbol.asyncDispose]();
    const second = await opened.store.acquire({ ...request, exchanges: EXCHANGES });
    assert.deepEqual(second?.positions, batch.positions);
    assert.equal(first.lost.aborted, false, 'giving back is not losing');
    await second?.[Symbol.asyncDispose]();
  });

  it('is taken by exactly one of many that ask at once', async () => {
    await using opened = await openTestStore(server);
    const leases = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        opened.store.acquire({ exchanges: EXCHANGES, owner: `racer-${i}`, staleAfterMs: 60_000 }),
      ),
    );
    assert.equal(leases.filter((lease) => lease !== undefined).length, 1);
    await Promise.all(leases.map((lease) => lease?.[Symbol.asyncDispose]()));
  });

  it('passes from a paused owner, which cannot write any more when it wakes up', async () => {
    await using opened = await openTestStore(server);
    const holder = spawn(process.execPath, ['--import', 'tsx', PROGRAM, opened.url], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      const lines = createInterface({ input: holder.stdout })[Symbol.asyncIterator]();
      assert.equal((await lines.next()).value, 'stored');
      holder.kill('SIGSTOP');
      const request = { exchanges: EXCHANGES, owner: 'standby', staleAfterMs: 2000 };
      const lease = await eventually('the takeover', () => opened.store.acquire(request));
      assert.equal(lease.positions[0]?.seq, 1);
      const make = new BatchMaker();
      make.tick('AAPL', '1');
      await lease.commit(make.batch([make.tick('AAPL', '2')]));
      holder.kill('SIGCONT');
      holder.stdin.write('commit\n');
      assert.equal((await lines.next()).value, 'lost');
      const rows = await ask(opened.url, 'SELECT price::int FROM stock_prices ORDER BY 1');
      assert.deepEqual(rows, [{ price: 1 }, { price: 2 }]);
      assert.equal(lease.lost.aborted, false);
      await lease[Symbol.asyncDispose]();
    } finally {
      holder.kill('SIGKILL');
      await once(holder, 'exit');
    }
  });

  it('is fenced by its epoch even where its connections live on', async () => {
    await using opened = await openTestStore(server);
    const lease = await opened.store.acquire({ exchanges: EXCHANGES, owner: 'old', staleAfterMs: 60_000 });
    assert.ok(lease);
    const make = new BatchMaker();
    await lease.commit(make.batch([make.tick('AAPL', '1')]));
    await ask(opened.url, "UPDATE ingest_positions SET epoch = epoch + 1, owner = 'new'");
    await assert.rejects(lease.commit(make.batch([make.tick('AAPL', '2')])), LeaseLostError);
    assert.ok(lease.lost.aborted);
    await assert.rejects(lease.commit(make.batch([make.tick('AAPL', '3')])), LeaseLostError);
    assert.deepEqual(await ask(opened.url, 'SELECT price::int FROM stock_prices'), [{ price: 1 }]);
    await lease[Symbol.asyncDispose]();
  });

  it('is lost, and known to be lost, when its connection ends', async () => {
    await using opened = await openTestStore(server);
    const request = { exchanges: EXCHANGES, owner: 'cut', staleAfterMs: 60_000 };
    const lease = await opened.store.acquire(request);
    assert.ok(lease);
    const lost = once(lease.lost, 'abort');
    await ask(
      opened.url,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'store-test' AND datname = current_database()`,
    );
    await lost;
    await assert.rejects(lease.commit(new BatchMaker().batch([])), { code: 'STORE_UNAVAILABLE' });
    const again = await opened.store.acquire(request);
    assert.ok(again);
    await again[Symbol.asyncDispose]();
    await lease[Symbol.asyncDispose]();
  });
});
