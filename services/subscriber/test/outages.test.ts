import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { InProcessBus } from '@tickwatch/feed';
import { startTestDatabases, type TestDatabases, TestIngest } from './ingest-kit.ts';

const _NEVER_MS = 3_600_000;
const ONE_LANE = new Map([['NYSE', 1]]);

describe('ingesting while the database or another subscriber is away', () => {
  let postgres: TestDatabases;
  before(async () => {
    postgres = await startTestDatabases();
  });
  after(() => postgres[Symbol.asyncDispose]());

  it('without a database prices go live and count as waiting; they are stored when it appears', async () => {
    const database = postgres.newDatabase();
    await using ingest = await TestIngest.start(database.url);
    await ingest.storeIsAway();
    await ingest.sink.publish('NYSE', ['A:(1, 1)', 'A:(2, 2)']);
    await ingest.until('waiting', ({ total }) => total.waiting === 2);
    assert.deepEqual(
      ingest.live.ticks.map(({ price }) => price),
      ['1', '2'],
    );
    assert.match(ingest.subscriber.readiness().store?.detail ?? '', /database does not exist/);
    await database.create();
    await ingest.stored(2);
    assert.equal(ingest.live.ticks.length, 2, 'none goes live a second time');
    assert.deepEqual(await database.prices(), ['1', '2']);
  });

  it('stopping without a database leaves everything in the spool, says so, and the next process stores it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tickwatch-spool-'));
    try {
      const database = postgres.newDatabase();
      const ingest = await TestIngest.start(database.url, { spoolFolder: folder });
      await ingest.storeIsAway();
      await ingest.sink.publish('NYSE', ['A:(1, 1)', 'bad', 'A:(2, 2)']);
      await ingest.until('waiting', ({ total }) => total.waiting === 3);
      await ingest[Symbol.asyncDispose]();
      const said = await ingest.sees('flushed_at_stop');
      assert.match(String(said.message), /^3 ticks are not stored yet; they are kept in the spool/);
      await database.create();
      await using next = await TestIngest.start(database.url, { spoolFolder: folder });
      await next.stored(2);
      assert.deepEqual(await database.prices(), ['1', '2']);
      assert.equal(next.live.ticks.length, 0, 'old prices are not live any more');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('what memory cannot hold waits in the log and is stored in order', async () => {
    const database = postgres.newDatabase();
    await using ingest = await TestIngest.start(database.url, { maxRows: 10 });
    await ingest.storeIsAway();
    const messages = Array.from({ length: 1000 }, (_, i) => `A:(${i + 1}, ${i + 1})`);
    for (let i = 0; i < messages.length; i += 7) await ingest.sink.publish('NYSE', messages.slice(i, i + 7));
    await ingest.until('received', ({ total }) => total.received === 1000);
    await database.create();
    const { total } = await ingest.until('stored', (ledger) => ledger.total.stored > 0 && ledger.total.waiting === 0);
    assert.equal(total.refused, 0);
    assert.deepEqual(
      (await database.prices()).map(Number),
      messages.map((_, i) => i + 1),
    );
  });

  it('while the database is away the leader goes on live and the follower stays silent; one of them stores all', async () => {
    const database = await postgres.newDatabase().create();
    const bus = new InProcessBus();
    await using leader = await TestIngest.start(database.url, { bus, lanes: ONE_LANE });
    await leader.leads();
    await using follower = await TestIngest.start(database.url, { bus, lanes: ONE_LANE });
    await follower.follows();
    await leader.sink.publish('NYSE', ['A:(1, 1)']);
    await leader.stored(1);
    await database.lock(true);
    for (const one of [leader, follower]) await one.storeIsAway();
    await leader.sink.publish('NYSE', ['A:(2, 2)', 'A:(3, 3)']);
    await leader.until('waiting', ({ total }) => total.waiting === 2);
    assert.equal(leader.live.ticks.length, 3);
    assert.equal(follower.live.ticks.length, 0);
    await database.lock(false);
    await database.holds(3);
    assert.deepEqual(await database.prices(), ['1', '2', '3']);
  });

  it('of two subscribers one works; the other is silent, takes over, and stores exactly the rest', async () => {
    const database = await postgres.newDatabase().create();
    const bus = new InProcessBus();
    const leader = await TestIngest.start(database.url, { bus, lanes: ONE_LANE });
    await leader.leads();
    await using follower = await TestIngest.start(database.url, { bus, lanes: ONE_LANE });
    await follower.follows();
    const message = (n: number): string => `A:(${n}, ${n})`;
    for (let n = 1; n <= 50; n++) await leader.sink.publish('NYSE', [message(n)]);
    await leader.stored(50);
    assert.equal(follower.live.ticks.length, 0);
    assert.deepEqual((await follower.subscriber.tail.tail(undefined, new Map())).lanes, {});
    await leader[Symbol.asyncDispose]();
    for (let n = 51; n <= 60; n++) await follower.sink.publish('NYSE', [message(n)]);
    await follower.leads();
    await follower.stored(10);
    assert.deepEqual(
      (await database.prices()).map(Number),
      Array.from({ length: 60 }, (_, i) => i + 1),
    );
  });
});
