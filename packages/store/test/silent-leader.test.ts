import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openCutStore } from './fixtures/cut-store.ts';
import {
  ask,
  BatchMaker,
  eventually,
  LANES,
  openTestStore,
  startTestServer,
  type TestServer,
} from './store-test-kit.ts';

const PROGRAM = fileURLToPath(new URL('./fixtures/lead-lanes.ts', import.meta.url));
const [NASDAQ] = LANES;

describe('a leader that falls silent', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  it('while its process is paused loses its lanes, and writes nothing when it wakes up', async () => {
    await using opened = await openTestStore(server);
    const leader = spawn(process.execPath, ['--import', 'tsx', PROGRAM, opened.url], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      const lines = createInterface({ input: leader.stdout })[Symbol.asyncIterator]();
      assert.equal((await lines.next()).value, 'stored');
      await using next = await opened.store.join({ owner: 'next', staleAfterMs: 5000 });
      assert.equal((await next.survey(LANES)).lanes.get(NASDAQ)?.leader, 'paused');
      leader.kill('SIGSTOP');
      const taken = await eventually('the takeover', () => next.take(NASDAQ));
      assert.equal(taken.position?.seq, 1);
      const make = new BatchMaker();
      make.batches([make.tick('AAPL', '1')]);
      await next.commit(make.batches([make.tick('AAPL', '2')]));
      leader.kill('SIGCONT');
      leader.stdin.write('commit\n');
      assert.equal((await lines.next()).value, 'lost');
      const rows = await ask(opened.url, 'SELECT price::int FROM stock_prices ORDER BY 1');
      assert.deepEqual(rows, [{ price: 1 }, { price: 2 }]);
      assert.equal(next.lost.aborted, false);
    } finally {
      leader.kill('SIGKILL');
      await once(leader, 'exit');
    }
  });

  it('with its writer between the last statement and COMMIT is ended with it', async () => {
    await using opened = await openCutStore(server, 30_000, 5000);
    const { membership, proxy, url, store } = opened;
    const make = new BatchMaker();
    const batches = make.batches([make.tick('AAPL', '1')]);
    await using next = await store.join({ owner: 'next', staleAfterMs: 5000 });
    proxy.cut = 'hang';
    const committing = assert.rejects(membership.commit(batches), { code: 'STORE_UNAVAILABLE' });
    const taken = await eventually('the takeover', () => next.take(NASDAQ));
    assert.equal(taken.position, undefined);
    await next.commit(batches);
    await committing;
    assert.deepEqual(await ask(url, 'SELECT price::int FROM stock_prices'), [{ price: 1 }]);
  });

  it('but for its row in the database, which a restore may take away, is left alone', async () => {
    await using opened = await openTestStore(server);
    await using leader = await opened.store.join({ owner: 'leader', staleAfterMs: 60_000 });
    await using other = await opened.store.join({ owner: 'other', staleAfterMs: 60_000 });
    await leader.take(NASDAQ);
    await ask(opened.url, 'TRUNCATE ingest_members');
    assert.equal(await other.take(NASDAQ), undefined);
    await leader.survey(LANES);
    assert.equal((await other.survey(LANES)).lanes.get(NASDAQ)?.leader, 'leader');
    assert.equal(leader.lost.aborted, false);
  });
});
