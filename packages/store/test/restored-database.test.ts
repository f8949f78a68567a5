import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type LaneBatch, type Membership, PositionMovedError } from '../src/index.ts';
import {
  ask,
  BatchMaker,
  lead,
  openTestStore,
  startTestServer,
  type TestServer,
  type TestStore,
} from './store-test-kit.ts';

const LANE = 'NASDAQ/0';

describe('a database that is restored under a leader', () => {
  let server: TestServer;
  let opened: TestStore;
  let membership: Membership;
  let make: BatchMaker;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  const epoch = async (): Promise<number> =>
    Number((await ask<{ epoch: string }>(opened.url, 'SELECT epoch FROM ingest_positions'))[0]?.epoch);

  /** Stores a tick in each of two commits, keeps the state between them, and brings it back after the second. */
  async function goBack(): Promise<LaneBatch> {
    const [first] = make.batches([make.tick('AAPL', '1')]);
    assert.ok(first);
    await membership.commit([first]);
    await ask(opened.url, 'CREATE TABLE dump AS SELECT * FROM ingest_positions');
    await membership.commit(make.batches([make.tick('AAPL', '2')]));
    await ask(
      opened.url,
      'DELETE FROM ingest_positions; INSERT INTO ingest_positions SELECT * FROM dump; DELETE FROM stock_prices WHERE price = 2',
    );
    return first;
  }

  /** The commit after it fails; the positions tell from where to store again, and that can be done. */
  async function goesOnFrom(after: LaneBatch['after']): Promise<void> {
    await assert.rejects(membership.commit(make.batches([make.tick('AAPL', '3')])), PositionMovedError);
    assert.equal(membership.lost.aborted, false);
    const found = (await membership.positions([LANE])).get(LANE);
    assert.equal(found?.position, after?.position);
    const [again] = make.batches([make.tick('AAPL', '2'), make.tick('AAPL', '3')]);
    assert.ok(again);
    await membership.commit([{ ...again, after: found }]);
    const rows = await ask<{ price: number }>(opened.url, 'SELECT price::int FROM stock_prices ORDER BY price');
    assert.deepEqual(
      rows.map(({ price }) => price),
      [1, 2, 3],
    );
  }

  const restored = (title: string, test: () => Promise<void>): void => {
    it(title, async () => {
      opened = await openTestStore(server);
      make = new BatchMaker();
      membership = await lead(opened.store, [LANE]);
      await test();
      await membership[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
    });
  };

  restored('is noticed by the next commit, which stores nothing', async () => {
    const first = await goBack();
    await goesOnFrom(first.position);
  });

  restored('to an older term of another leader is not taken for a leader', async () => {
    const first = await goBack();
    const before = await epoch();
    await ask(opened.url, "UPDATE ingest_positions SET epoch = epoch - 1, owner = 'older'");
    await goesOnFrom(first.position);
    assert.ok((await epoch()) > before, 'a term of its own, above all that it ever had');
  });

  restored('to nothing begins at the beginning', async () => {
    await goBack();
    await ask(opened.url, 'TRUNCATE ingest_positions, ingest_members, day_prices, late_prices');
    const survey = await membership.survey([LANE]);
    assert.deepEqual(survey.members, new Map([['test', [LANE]]]));
    assert.deepEqual(survey.lanes.get(LANE), { leader: 'test', position: undefined });
    await ask(opened.url, "INSERT INTO stock_prices VALUES (now(), 'AAPL', 'NASDAQ', 1)");
    await goesOnFrom(undefined);
  });

  restored('while its leader is away is led in a term above all before', async () => {
    await goBack();
    const before = await epoch();
    await membership[Symbol.asyncDispose]();
    await ask(opened.url, "UPDATE ingest_positions SET epoch = 0, owner = 'older'");
    membership = await lead(opened.store, [LANE]);
    assert.ok((await epoch()) > before);
  });

  restored('is no lost lease while its tables are away', async () => {
    await ask(opened.url, 'ALTER TABLE ingest_positions RENAME TO away; ALTER TABLE ingest_members RENAME TO away_too');
    await assert.rejects(membership.survey([LANE]), /schema is not up to date/);
    await assert.rejects(membership.commit(make.batches([make.tick('AAPL', '1')])), { code: 'STORE_UNAVAILABLE' });
    await ask(opened.url, 'ALTER TABLE away RENAME TO ingest_positions; ALTER TABLE away_too RENAME TO ingest_members');
    assert.equal((await membership.survey([LANE])).lanes.get(LANE)?.leader, 'test');
    assert.equal(membership.lost.aborted, false);
  });

  restored('spoils no other lane, but its commit is all or none', async () => {
    const other = 'NYSE/0';
    await membership.take(other);
    await membership.commit(make.batches([make.tick('AAPL', '1'), make.tick('IBM', '1', 1, 'NYSE')]));
    await ask(opened.url, `UPDATE ingest_positions SET position = 'older' WHERE lane = '${LANE}'`);
    const both = make.batches([make.tick('AAPL', '2'), make.tick('IBM', '2', 1, 'NYSE')]);
    await assert.rejects(membership.commit(both), (error) => {
      assert.ok(error instanceof PositionMovedError);
      assert.match(error.message, /^NASDAQ\/0: not where it was left/);
      return true;
    });
    assert.deepEqual(await ask(opened.url, 'SELECT count(*)::int AS n FROM stock_prices'), [{ n: 2 }]);
    await membership.commit(both.filter(({ position }) => position.lane === other));
    assert.deepEqual([...membership.held], [LANE, other]);
  });
});
