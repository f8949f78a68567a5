import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SequencedTick } from '@tickwatch/core';
import { kept, keptTotals, stored } from './fixtures/kept-rollups.ts';
import { rollupsOf } from './fixtures/rollup-oracle.ts';
import { sealByHand } from './fixtures/seal-by-hand.ts';
import { totalsOf } from './fixtures/totals-oracle.ts';
import type { TestServer } from './store-test-kit.ts';
import { ask, BatchMaker, EXCHANGES, lead, openTestStore, seededRandom, startTestServer } from './store-test-kit.ts';

const DAYS = ['2026-02-03', '2026-02-04', '2026-02-05'];
const BEGIN = Date.UTC(2026, 1, 3, 23, 50) * 1000;
const END = Date.UTC(2026, 1, 5, 0, 10) * 1000;
const STOCKS = ['AAPL', 'BTC:USD'];

/** Of a sealed tick that is alone in its time stamp the seq is not kept. */
function seqless<T extends object>(rows: readonly T[]): readonly object[] {
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !name.endsWith('_seq'))));
}

describe('rollups of sealed days', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  for (const seed of [1, 2, 3]) {
    it(`are what brute force says, whoever brings late ticks and takes them away (seed ${seed})`, async () => {
      await using opened = await openTestStore(server);
      const { store, url } = opened;
      await using membership = await lead(store);
      await store.ensurePartitions(DAYS);
      const random = seededRandom(seed);
      const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
      const make = new BatchMaker();
      const price = () =>
        pick([(100 + random() * 5).toFixed(2), String(Math.ceil(random() * 4)), random().toFixed(18)]);
      // Around two midnights, often at one and the same time.
      const time = () => BEGIN + Math.floor(random() * 240) * ((END - BEGIN) / 240) + pick([0, 0, 1, 2e6]);
      const ticks = () =>
        Array.from({ length: Math.ceil(random() * 40) }, () =>
          make.tick(pick(STOCKS), price(), time(), pick(EXCHANGES)),
        );
      const values = (some: readonly SequencedTick[]) =>
        some.map(
          (t) =>
            `(timestamptz 'epoch' + ${t.time} * interval '1 microsecond', '${t.stock}', '${t.exchange}', ${t.price}, ${t.seq})`,
        );
      const steps = [
        () => membership.commit(make.batches(ticks())),
        () => ask(url, `INSERT INTO stock_prices VALUES ${values(ticks())}`),
        () => ask(url, `DELETE FROM late_prices WHERE price < 3 AND stock_name = '${pick(STOCKS)}'`),
        () =>
          ask(
            url,
            `DELETE FROM stock_prices WHERE price < 101 AND ("timestamp" AT TIME ZONE 'UTC')::date NOT IN (SELECT day FROM sealed_days)`,
          ),
        () => sealByHand(url, pick(DAYS)),
      ];
      for (let i = 0; i < 40; i++) {
        await pick(i % 2 === 0 ? steps.slice(0, 2) : steps)();
        if (i % 10 !== 9) continue;
        const all = await stored(url);
        assert.deepEqual(seqless(await kept(url)), seqless(rollupsOf(all)));
        assert.deepEqual(seqless(await keptTotals(url)), seqless(totalsOf(all)));
        for (const day of DAYS) assert.deepEqual(await store.verifyRollups(day), []);
        assert.deepEqual(await store.verifyTotals(), []);
      }
      const before = await kept(url);
      await sealByHand(url, '2026-02-03');
      await ask(
        url,
        "UPDATE price_rollups SET weighted_sum = 1, high = 7 WHERE bucket < '2026-02-04Z' AND width <> 'day'",
      );
      assert.ok(
        (await store.verifyRollups('2026-02-03')).some(({ detail }) =>
          /high is 7.* weighted_sum is 1, should/.test(detail),
        ),
      );
      for (const day of await store.daysWithData(DAYS[0], DAYS[2])) await store.rebuildRollups(day);
      assert.deepEqual(await kept(url), before, 'also the numbers of their first and last ticks');
    });
  }

  it('are as many as before when a thousand late ticks come to a thousand sealed minutes', async () => {
    await using opened = await openTestStore(server);
    const { store, url } = opened;
    await using membership = await lead(store);
    const make = new BatchMaker();
    const noon = Date.UTC(2026, 1, 3, 12) * 1000;
    const tick = (i: number, late: number) => make.tick(`S${i % 50}`, '1.5', noon + Math.floor(i / 50) * 60e6 + late);
    await membership.commit(make.batches(Array.from({ length: 1000 }, (_, i) => [tick(i, 0), tick(i, 50e6)]).flat()));
    await sealByHand(url, '2026-02-03');
    await membership.commit(make.batches(Array.from({ length: 1000 }, (_, i) => tick(i, 20e6))));
    assert.deepEqual(seqless(await kept(url)), seqless(rollupsOf(await stored(url))));
    assert.deepEqual(await ask(url, "SELECT DISTINCT count::int FROM price_rollups WHERE width = 'minute'"), [
      { count: 3 },
    ]);
    assert.deepEqual(await store.verifyRollups('2026-02-03'), []);
  });

  it('keep what they amount to where a late tick comes to a block that is damaged, and with it', async () => {
    await using opened = await openTestStore(server);
    const { store, url } = opened;
    await using membership = await lead(store);
    const make = new BatchMaker();
    const noon = Date.UTC(2026, 1, 3, 12) * 1000;
    const ticks = Array.from({ length: 50 }, (_, i) => make.tick('AAPL', String(100 + i), noon + i * 1e6));
    await membership.commit(make.batches(ticks));
    await sealByHand(url, '2026-02-03');
    await ask(url, 'UPDATE sealed_blocks SET first_price = first_price + 1');
    await membership.commit(make.batches([make.tick('AAPL', '7', noon + 10_500_000)]));
    const figures = `SELECT width::text, count::int, sum::text, open::text, high::text, low::text, close::text FROM price_rollups
      ORDER BY price_rollups.width`;
    const all = { count: 51, sum: '6232', open: '100', high: '149', low: '7', close: '149' };
    assert.deepEqual(
      await ask(url, figures),
      ['minute', 'hour', 'day'].map((width) => ({ width, ...all })),
    );
    await assert.rejects(store.rebuildRollups('2026-02-03'), /a block of 2026-02-03 is damaged/);
  });
});
