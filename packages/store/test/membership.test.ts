import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { LeaseLostError } from '../src/index.ts';
import { ask, BatchMaker, LANES, lead, openTestStore, startTestServer, type TestServer } from './store-test-kit.ts';

const [NASDAQ, NYSE] = LANES;
const FOUR = ['NASDAQ/0', 'NASDAQ/1', 'NASDAQ/2', 'NASDAQ/3'];
const STALE_MS = 60_000;

/** Cuts a member off as the end of its process would. */
const cutSession = (owner: string): string =>
  `SELECT pg_terminate_backend(pid) FROM ingest_locks WHERE key = ingest_lock_key('member', '${owner}')`;

describe('a member', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  it('leads a lane alone, and the next one goes on where it stopped', async () => {
    await using opened = await openTestStore(server);
    const first = await lead(opened.store, LANES, 'first');
    await using second = await opened.store.join({ owner: 'second', staleAfterMs: STALE_MS });
    assert.equal(await second.take(NYSE), undefined);
    const make = new BatchMaker();
    const batches = make.batches([make.tick('AAPL', '1')]);
    await first.commit(batches);
    await assert.rejects(second.commit(make.batches([make.tick('AAPL', '2')])), LeaseLostError);
    await first.release(NASDAQ);
    assert.deepEqual([...first.held], [NYSE]);
    await assert.rejects(first.commit(batches), LeaseLostError);
    assert.deepEqual(await second.take(NASDAQ), { lane: NASDAQ, position: batches[0]?.position });
    assert.equal(await second.take(NYSE), undefined, 'the other lane stays');
    await first.commit(make.batches([make.tick('IBM', '3', 1, 'NYSE')]));
    await first[Symbol.asyncDispose]();
    assert.equal((await second.take(NYSE))?.position?.seq, 1);
    assert.equal(first.lost.aborted, false, 'leaving is not losing');
  });

  it('sees who else is there, what each would lead and does lead, and how far it is', async () => {
    await using opened = await openTestStore(server);
    const [a, b] = await Promise.all(['a', 'b'].map((owner) => opened.store.join({ owner, staleAfterMs: STALE_MS })));
    assert.ok(a && b);
    await a.take(NASDAQ);
    const make = new BatchMaker();
    const batches = make.batches([make.tick('AAPL', '1')]);
    await a.commit(batches);
    await b.survey([NYSE]);
    const survey = await a.survey(LANES);
    assert.deepEqual(
      [...survey.members],
      [
        ['a', LANES],
        ['b', [NYSE]],
      ],
    );
    assert.deepEqual(
      survey.lanes,
      new Map([
        [NASDAQ, { leader: 'a', position: batches[0]?.position }],
        [NYSE, { leader: undefined, position: undefined }],
      ]),
    );
    await b[Symbol.asyncDispose]();
    assert.deepEqual([...(await a.survey(LANES)).members.keys()], ['a']);
    await a[Symbol.asyncDispose]();
  });

  it('is one of many that ask for a lane at once: exactly one gets it', async () => {
    await using opened = await openTestStore(server);
    const members = await Promise.all(
      Array.from({ length: 8 }, (_, i) => opened.store.join({ owner: `racer-${i}`, staleAfterMs: STALE_MS })),
    );
    for (const lane of LANES) {
      const taken = await Promise.all(members.map((member) => member.take(lane)));
      assert.equal(taken.filter((one) => one !== undefined).length, 1);
    }
    await Promise.all(members.map((member) => member[Symbol.asyncDispose]()));
  });

  it('that is killed leaves its lanes free at once, while those of the others stay', async () => {
    await using opened = await openTestStore(server);
    const { store, url } = opened;
    await using a = await lead(store, FOUR.slice(0, 2), 'a', STALE_MS);
    await using b = await lead(store, FOUR.slice(2, 3), 'b', STALE_MS);
    await using c = await lead(store, FOUR.slice(3), 'c', STALE_MS);
    const lost = once(a.lost, 'abort');
    await ask(url, cutSession('a'));
    await lost;
    assert.equal(a.held.size, 0);
    await assert.rejects(a.commit([]), { code: 'STORE_UNAVAILABLE' });
    const survey = await b.survey(FOUR);
    assert.deepEqual([...survey.members.keys()], ['b', 'c']);
    assert.deepEqual(
      [...survey.lanes.values()].map(({ leader }) => leader),
      [undefined, undefined, 'b', 'c'],
    );
    for (const [lane, taker] of [
      ['NASDAQ/0', b],
      ['NASDAQ/1', c],
    ] as const)
      assert.ok(await taker.take(lane));
    assert.deepEqual(
      [[...b.held], [...c.held]],
      [
        ['NASDAQ/2', 'NASDAQ/0'],
        ['NASDAQ/3', 'NASDAQ/1'],
      ],
    );
    await using again = await store.join({ owner: 'a', staleAfterMs: STALE_MS });
    assert.equal(await again.take('NASDAQ/0'), undefined);
  });

  it('is fenced by its epoch even where its connections live on', async () => {
    await using opened = await openTestStore(server);
    await using membership = await lead(opened.store);
    const make = new BatchMaker();
    await membership.commit(make.batches([make.tick('AAPL', '1')]));
    await ask(opened.url, "UPDATE ingest_positions SET epoch = epoch + 1, owner = 'new' WHERE lane = 'NASDAQ/0'");
    await assert.rejects(membership.commit(make.batches([make.tick('AAPL', '2')])), LeaseLostError);
    assert.deepEqual([...membership.held], [NYSE]);
    await membership.commit(make.batches([make.tick('IBM', '3', 1, 'NYSE')]));
    assert.deepEqual(await ask(opened.url, 'SELECT price::int FROM stock_prices ORDER BY 1'), [
      { price: 1 },
      { price: 3 },
    ]);
    await ask(opened.url, "UPDATE ingest_positions SET epoch = epoch + 1, owner = 'new' WHERE lane = 'NYSE/0'");
    assert.equal((await membership.survey(LANES)).lanes.get(NYSE)?.leader, undefined);
    assert.equal(membership.held.size, 0, 'the survey finds it, too');
    assert.ok(opened.events.some((event) => event.type === 'lease_lost' && event.lanes.includes(NYSE)));
  });

  it('waits for what an earlier leader has in flight before it takes a lane', async () => {
    await using opened = await openTestStore(server);
    const { store, url } = opened;
    const make = new BatchMaker();
    {
      await using earlier = await lead(store, [NASDAQ], 'earlier');
      await earlier.commit(make.batches([make.tick('AAPL', '1')]));
    }
    const writer = new pg.Client({ connectionString: url });
    await writer.connect();
    await writer.query("BEGIN; UPDATE ingest_positions SET position = 'in flight'");
    await using next = await store.join({ owner: 'next', staleAfterMs: STALE_MS });
    const taking = next.take(NASDAQ);
    await writer.query('SELECT pg_sleep(0.3); COMMIT');
    assert.equal((await taking)?.position?.position, 'in flight');
    await writer.end();
  });

  it('that joins again ends its own session that the server still takes for alive', async () => {
    await using opened = await openTestStore(server);
    const old = await lead(opened.store, LANES, 'same');
    const lost = once(old.lost, 'abort');
    await using again = await lead(opened.store, LANES, 'same');
    await lost;
    const make = new BatchMaker();
    await again.commit(make.batches([make.tick('AAPL', '1')]));
    await old[Symbol.asyncDispose]();
  });
});
