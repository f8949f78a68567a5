import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { dayFromNow } from '../src/partitions.ts';
import { oddDay } from './fixtures/odd-day.ts';
import { sealAndKill } from './kill-sealing.ts';
import { dayBegin, fill, linesOf, partitionOf, seal, sealedRows, unsealedRows, viewRows } from './sealing-kit.ts';
import { ask, openTestStore, seededRandom, startTestServer, type TestServer } from './store-test-kit.ts';

// The long form: SEALED_TICKS=2000000 SEALING_KILLS=50
const TICKS = Number(process.env.SEALED_TICKS ?? 120_000);
/** Each kill is followed by a look at all of them. */
const KILLED_TICKS = Math.min(TICKS, 200_000);
const KILLS = Number(process.env.SEALING_KILLS ?? 10);
const DAY = dayFromNow(-20);
const PARTITION = partitionOf(DAY);
/** SQL unpacks slowly: some of the stocks. */
const BY_SQL = ['BRK.B', 'line\nbreak', 'S3', 'back\\slash'];

describe('a day that is sealed', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  it('holds every tick with every digit, its time and its place, and so it does when it is unsealed', async () => {
    await using opened = await openTestStore(server);
    const { url, store } = opened;
    await store.ensurePartitions([DAY]);
    await fill(url, PARTITION, oddDay(dayBegin(DAY), TICKS));
    const rows = await unsealedRows(url, DAY);
    assert.equal(rows.length, TICKS);
    const lines = linesOf(rows);
    const outcome = await seal(url, DAY);
    assert.equal(outcome.state === 'sealed' && outcome.ticks, TICKS);
    assert.equal((await unsealedRows(url, DAY)).length, 0);
    assert.deepEqual(linesOf(await sealedRows(url, DAY)), lines);
    for (const stock of BY_SQL) {
      const ofStock = rows.filter((row) => row.stock === stock);
      assert.deepEqual(linesOf(await viewRows(url, DAY, stock)), linesOf(ofStock), stock);
    }
    assert.deepEqual(await ask(url, 'SELECT to_regclass($1) AS partition', [PARTITION]), [{ partition: null }]);

    const unsealed = await store.unsealDay(DAY);
    assert.equal(unsealed.ticks, TICKS);
    assert.equal((await sealedRows(url, DAY)).length, 0);
    assert.deepEqual(linesOf(await unsealedRows(url, DAY)), lines);
    assert.deepEqual(await ask(url, `SELECT count(*)::int AS n FROM ONLY ${PARTITION}`), [{ n: TICKS }]);
    assert.deepEqual(await ask(url, 'SELECT * FROM sealed_days'), []);
    assert.equal((await seal(url, DAY)).state, 'sealed');
    assert.deepEqual(linesOf(await sealedRows(url, DAY)), lines);
  });

  it('is either as it was or sealed wherever sealing is killed, with nothing lost and nothing doubled', async () => {
    await using opened = await openTestStore(server);
    const { url, store } = opened;
    const random = seededRandom(7);
    await store.ensurePartitions([DAY]);
    const ticks = oddDay(dayBegin(DAY), KILLED_TICKS, 2);
    // Some of them are late.
    const late = Math.floor(KILLED_TICKS / 20);
    await fill(url, PARTITION, ticks.slice(late));
    await fill(url, 'late_prices', ticks.slice(0, late));
    const lines = linesOf(await unsealedRows(url, DAY));
    const takes = await sealAndKill(url, DAY, undefined);
    let [sealed, kept] = [0, 0];
    for (let i = 0; i < KILLS; i++) {
      if ((await ask(url, 'SELECT FROM sealed_days')).length > 0) await store.unsealDay(DAY);
      await sealAndKill(url, DAY, random() * takes * 1.1);
      const [inBlocks, outside] = [await sealedRows(url, DAY), await unsealedRows(url, DAY)];
      const isSealed = (await ask(url, 'SELECT FROM sealed_days')).length > 0;
      assert.equal((isSealed ? outside : inBlocks).length, 0, 'half of the day is sealed');
      assert.deepEqual(linesOf(isSealed ? inBlocks : outside), lines);
      if (isSealed) sealed++;
      else kept++;
    }
    assert.ok(kept > 0, `no kill came before the end: ${sealed} of ${KILLS} were sealed`);
  });
});
