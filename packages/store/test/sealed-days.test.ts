import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { dayFromNow } from '../src/partitions.ts';
import { oddDay } from './fixtures/odd-day.ts';
import { dayBegin, fill, linesOf, seal, sealedRows, unsealedRows } from './sealing-kit.ts';
import { ask, openTestStore, startTestServer, type TestServer } from './store-test-kit.ts';

const TICKS = Number(process.env.SEALED_TICKS ?? 200_000);
const DAY = dayFromNow(-20);
const PARTITION = `stock_prices_y${DAY.slice(0, 4)}m${DAY.slice(5, 7)}d${DAY.slice(8)}`;

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
    const ticks = oddDay(dayBegin(DAY), TICKS);
    await fill(url, PARTITION, ticks);
    const rows = await unsealedRows(url, DAY);
    assert.equal(rows.length, TICKS);
    const lines = linesOf(rows);
    const outcome = await seal(url, DAY);
    console.log(outcome);
    assert.equal(outcome.state, 'sealed');
    assert.equal((await unsealedRows(url, DAY)).length, 0);
    assert.deepEqual(linesOf(await sealedRows(url, DAY)), lines);
    assert.deepEqual(await ask(url, 'SELECT to_regclass($1) AS partition', [PARTITION]), [{ partition: null }]);
  });
});
