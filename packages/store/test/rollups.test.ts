import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { EpochMicros, SequencedTick } from '@tickwatch/core';
import { kept, keptTotals, stored } from './fixtures/kept-rollups.ts';
import { rollupsOf } from './fixtures/rollup-oracle.ts';
import { totalsOf } from './fixtures/totals-oracle.ts';
import type { TestServer } from './store-test-kit.ts';
import { ask, BatchMaker, EXCHANGES, lead, openTestStore, seededRandom, startTestServer } from './store-test-kit.ts';

const BASE = Date.UTC(2026, 1, 3, 22, 58) * 1000;
const STOCKS = ['AAPL', 'TSLA', 'BTC:USD'];
const SEEDS = [1, 2, 3];
const STEPS = 60;

describe('rollups', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  for (const seed of SEEDS) {
    it(`are what brute force says, whoever writes, deletes and changes which ticks in which order (seed ${seed})`, async () => {
      await using opened = await openTestStore(server);
      const { store, url } = opened;
      await store.ensurePartitions(['2026-02-03']);
      const membership = await lead(store);
      const random = seededRandom(seed);
      const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
      const make = new BatchMaker();
      let clock = BASE;
      const price = (): string =>
        pick([
          () => (100 + random() * 5).toFixed(2),
          () => String(Math.ceil(random() * 5)),
          () => (random() + 0.1).toFixed(8),
          () => `123456789012345.${Math.floor(random() * 900_000 + 100_000)}`,
          // On exchanges of SIGNED_PRICES.
          () => `-${(random() * 40 + 0.01).toFixed(2)}`,
          () => '0.00',
        ])();
      // Mostly forwards over minutes, an hour and a day; now and then late, and often at one and the same time.
      const time = (): number => {
        const step = random();
        if (step < 0.2) return BASE + Math.floor(random() * (clock - BASE + 1));
        if (step > 0.4) clock += Math.floor(random() * (step > 0.95 ? 1.8e9 : 2e7));
        return clock;
      };
      const randomTick = () => make.tick(pick(STOCKS), price(), time(), pick(EXCHANGES));
      const ticks = (): ReturnType<typeof randomTick>[] => Array.from({ length: Math.ceil(random() * 40) }, randomTick);
      const values = (some: readonly SequencedTick[]): string =>
        some
          .map(
            (t) =>
              `(timestamptz 'epoch' + ${t.time} * interval '1 microsecond', '${t.stock}', '${t.exchange}', ${t.price})`,
          )
          .join();

      const steps: readonly (() => Promise<unknown>)[] = [
        () => membership.commit(make.batches(ticks())),
        () => membership.commit(make.batches(ticks().sort((a, b) => a.time - b.time || a.seq - b.seq))),
        // Equal times in the order of arrival, which is the short way, and against it.
        () => membership.commit(make.batches(ticks().map((tick) => ({ ...tick, time: clock as EpochMicros })))),
        () =>
          membership.commit(
            make.batches(
              ticks()
                .map((tick) => ({ ...tick, time: clock as EpochMicros }))
                .reverse(),
            ),
          ),
        () => ask(url, `SET TimeZone = 'Asia/Kathmandu'; INSERT INTO stock_prices VALUES ${values(ticks())}`),
        () => ask(url, `INSERT INTO stock_prices VALUES ${values(ticks().slice(0, 1))}`),
        // As rows from before arrival was kept: equal times are told apart by price.
        () => ask(url, `INSERT INTO stock_prices SELECT v.*, 0 FROM (VALUES ${values(ticks())}) AS v`),
        () =>
          ask(
            url,
            `INSERT INTO late_prices SELECT * FROM (VALUES ${values([make.tick(pick(STOCKS), price(), BASE + 9e10)])}) AS v`,
          ),
        () => ask(url, `DELETE FROM stock_prices WHERE price < 3 AND stock_name = '${pick(STOCKS)}'`),
        () =>
          ask(
            url,
            `UPDATE ${pick(['day_prices', 'late_prices'])} SET price = price + 1, "timestamp" = "timestamp" + interval '7 minutes'
              WHERE price < 101 AND stock_name = '${pick(STOCKS)}' AND "timestamp" < '2026-02-03 23:53Z'`,
          ),
      ];
      for (let i = 0; i < STEPS; i++) await pick(i % 2 === 0 ? steps.slice(0, 4) : steps)();

      const expected = rollupsOf(await stored(url));
      assert.deepEqual(await kept(url), expected);
      const totals = totalsOf(await stored(url));
      assert.deepEqual(await keptTotals(url), totals);
      assert.deepEqual(await store.verifyTotals(), []);
      const days = await store.daysWithData();
      for (const day of days) assert.deepEqual(await store.verifyRollups(day), []);

      await ask(
        url,
        "DELETE FROM price_rollups WHERE stock_name = 'AAPL'; UPDATE price_rollups SET weighted_sum = 1 WHERE width = 'hour'",
      );
      const differences = await Promise.all(days.map((day) => store.verifyRollups(day)));
      assert.ok(differences.flat().some(({ detail }) => detail === 'is missing'));
      assert.ok(differences.flat().some(({ detail }) => /^weighted_sum is 1, should be/.test(detail)));
      for (const day of days) await store.rebuildRollups(day);
      assert.deepEqual(await kept(url), expected);
      assert.deepEqual(await keptTotals(url), totals);

      await ask(
        url,
        "DELETE FROM stock_totals WHERE stock_name = 'AAPL'; UPDATE stock_totals SET count = 7, previous_time = NULL",
      );
      const wrong = await store.verifyTotals();
      assert.ok(wrong.some(({ stock, detail }) => stock === 'AAPL' && detail === 'is missing'));
      assert.ok(wrong.some(({ detail }) => /count is 7, should be \d+/.test(detail)));
      await store.rebuildTotals();
      assert.deepEqual(await keptTotals(url), totals);

      await ask(url, 'TRUNCATE day_prices, late_prices');
      assert.deepEqual(await kept(url), []);
      assert.deepEqual(await keptTotals(url), []);
      await membership[Symbol.asyncDispose]();
    });
  }

  it('open and close by the order of arrival among equal times, not by price', async () => {
    await using opened = await openTestStore(server);
    await using membership = await lead(opened.store);
    const make = new BatchMaker();
    const time = BASE + 5;
    await membership.commit(make.batches(['10', '12', '11'].map((price) => make.tick('ONE', price, time))));
    for (const price of ['10', '12', '11']) await membership.commit(make.batches([make.tick('APART', price, time)]));
    for (const price of ['10', '12', '11']) {
      await ask(opened.url, `INSERT INTO stock_prices VALUES (to_timestamp(${time} / 1e6), 'PSQL', 'NYSE', ${price})`);
    }
    const candles = await ask(
      opened.url,
      'SELECT DISTINCT stock_name, open::int, close::int FROM price_rollups ORDER BY 1',
    );
    assert.deepEqual(
      candles,
      ['APART', 'ONE', 'PSQL'].map((stock_name) => ({ stock_name, open: 10, close: 11 })),
    );
  });

  it('stay right while many write to the same minutes at once', async () => {
    await using opened = await openTestStore(server);
    const random = seededRandom(4);
    const statements = Array.from({ length: 8 }, (_, writer) =>
      Array.from({ length: 15 }, () => {
        const rows = Array.from({ length: 20 }, () => {
          const micros = BASE + Math.floor(random() * 6e8);
          const stock = STOCKS[Math.floor(random() * 3)];
          return `(timestamptz 'epoch' + ${micros} * interval '1 microsecond', '${stock}', 'NYSE', ${writer + 1}.25)`;
        });
        return `INSERT INTO stock_prices VALUES ${rows.join()}`;
      }),
    );
    await Promise.all(
      statements.map(async (list) => {
        for (const statement of list) await ask(opened.url, statement);
      }),
    );
    assert.deepEqual(await kept(opened.url), rollupsOf(await stored(opened.url)));
    assert.deepEqual(await keptTotals(opened.url), totalsOf(await stored(opened.url)));
  });

  it('and totals stay right while many write and delete days of the same stocks at once', async () => {
    await using opened = await openTestStore(server);
    const random = seededRandom(5);
    const statement = (): string => {
      const stock = STOCKS[Math.floor(random() * 3)];
      const day = `timestamptz '2026-02-03Z' + ${Math.floor(random() * 4)} * interval '1 day'`;
      if (random() < 0.3) {
        return `DELETE FROM stock_prices WHERE stock_name = '${stock}' AND "timestamp" >= ${day} AND price < 4`;
      }
      const names = STOCKS.map(
        (name) => `(${day} + ${random()} * interval '3 hours', '${name}', 'NYSE', 1 + 5 * random())`,
      );
      return `INSERT INTO stock_prices SELECT t, s, e, p::numeric(20, 3) FROM (VALUES ${names.join()}) AS v (t, s, e, p)`;
    };
    const statements = Array.from({ length: 8 }, () => Array.from({ length: 25 }, statement));
    await Promise.all(
      statements.map(async (list) => {
        for (const one of list) await ask(opened.url, one);
      }),
    );
    assert.deepEqual(await opened.store.verifyTotals(), []);
    assert.deepEqual(await keptTotals(opened.url), totalsOf(await stored(opened.url)));
  });

  it('stay right, and nobody waits for ever, while a flush, an import of old days and psql write thousands of the same stocks', async () => {
    await using opened = await openTestStore(server);
    const { store, url } = opened;
    await using membership = await lead(store);
    const [make, old] = [new BatchMaker(), new BatchMaker()];
    const random = seededRandom(6);
    const names = Array.from({ length: 6000 }, (_, i) => `S${i}`).sort(() => random() - 0.5);
    const flush = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        await membership.commit(make.batches(names.map((name) => make.tick(name, '1.25', BASE + i * 5e6))));
      }
    };
    const importOld = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        const ticks = names.toReversed().map((name) => old.tick(name, '2.5', BASE - (i + 1) * 864e8));
        await store.importTicks({ source: 'old', from: i, to: i + 1, ticks, rejected: [], finished: i === 2 });
      }
    };
    const psql = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        const insert = `INSERT INTO stock_prices SELECT timestamptz 'epoch' + ${BASE - 2 * 864e8 + i} * interval '1 microsecond',
          'S' || n, 'NASDAQ', 3 FROM generate_series(0, 5999) AS n`;
        await ask(url, insert);
      }
    };
    await Promise.all([flush(), importOld(), psql()]);
    assert.deepEqual(await store.verifyTotals(), []);
    const counts = await ask(url, 'SELECT DISTINCT count::int, last_price::text FROM stock_totals');
    assert.deepEqual(counts, [{ count: 9, last_price: '1.25' }]);
  });
});
