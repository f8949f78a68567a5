import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DecimalText, EpochMicros, SequencedTick } from '@tickwatch/core';
import pg from 'pg';
import { dayFromNow } from '../src/partitions.ts';
import { kept, keptTotals, stored } from './fixtures/kept-rollups.ts';
import { rollupsOf } from './fixtures/rollup-oracle.ts';
import { totalsOf } from './fixtures/totals-oracle.ts';
import { insertTicks } from './reading-kit.ts';
import { dayBegin } from './sealing-kit.ts';
import { ask, openTestStore, seededRandom, startTestServer, type TestServer } from './store-test-kit.ts';

const DAY = dayFromNow(-20);
const NOON = dayBegin(DAY) + 12 * 3600e6;
/** All but for how long prices held, which nobody can tell, and numbers that sealed ticks need not have. */
const UNKNOWN = ['weighted_sum', 'open_seq', 'close_seq', 'last_seq', 'previous_seq'];

function figures<T extends object>(rows: readonly T[]): readonly object[] {
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !UNKNOWN.includes(name))));
}

describe('rollups of minutes with a damaged block', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  let seq = 0;
  const tick = (stock: string, seconds: number, price: number): SequencedTick => ({
    stock,
    exchange: 'NYSE',
    price: String(price) as DecimalText,
    time: (NOON + seconds * 1e6) as EpochMicros,
    seq: ++seq,
  });
  /** AAPL has a tick a second for three minutes, from a quarter of one on, the block of which is damaged; MSFT has the same. */
  async function damaged({ dropsMinutes = false } = {}) {
    const opened = await openTestStore(server);
    const { url, store } = opened;
    const sealed = ['AAPL', 'MSFT'].flatMap((stock) =>
      Array.from({ length: 180 }, (_, i) => tick(stock, i + 0.25, 100 + (i % 7))),
    );
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await insertTicks(client, sealed, 'stock_prices');
    await client.end();
    await store.sealDay(DAY);
    if (dropsMinutes) await store.dropMinutes();
    await ask(url, "UPDATE sealed_blocks SET first_price = first_price + 1 WHERE stock_name = 'AAPL'");
    return { ...opened, sealed, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
  }
  const insert = (url: string, ticks: readonly SequencedTick[]) =>
    ask(
      url,
      `INSERT INTO stock_prices SELECT timestamptz 'epoch' + t.time * interval '1 microsecond', t.stock, t.exchange, t.price, t.seq
       FROM json_to_recordset($1) AS t (time bigint, stock text, exchange text, price numeric, seq bigint)`,
      [JSON.stringify(ticks)],
    );
  async function areOf(url: string, ticks: readonly SequencedTick[]): Promise<void> {
    assert.deepEqual(figures(await kept(url)), figures(rollupsOf(ticks)));
    assert.deepEqual(figures(await keptTotals(url)), figures(totalsOf(ticks)));
  }

  it('lose only what is deleted, be it from late_prices or through the view, alone or among others', async () => {
    await using opened = await damaged();
    const { url, sealed } = opened;
    const late = [10.5, 11.5, 70.5, 71.5].flatMap((at) => [tick('AAPL', at, 101), tick('MSFT', at, 300)]);
    await insert(url, late);
    await areOf(url, [...sealed, ...late]);
    await ask(
      url,
      `DELETE FROM stock_prices WHERE "timestamp" = (SELECT min("timestamp") FROM late_prices) AND stock_name = 'AAPL'`,
    );
    const left = late.filter(({ stock, time }) => stock !== 'AAPL' || time !== late[0]?.time);
    await areOf(url, [...sealed, ...left]);
    await ask(url, `DELETE FROM late_prices WHERE "timestamp" < '${DAY}T12:01:11Z'`);
    await areOf(url, [...sealed, ...left.filter(({ time }) => time > NOON + 71e6)]);
    await ask(url, 'DELETE FROM late_prices');
    await areOf(url, sealed);
  });

  it('change with a tick that is changed, also where it moves to another minute or stock', async () => {
    await using opened = await damaged();
    const { url, sealed } = opened;
    const late = [tick('AAPL', 10.5, 102), tick('AAPL', 12.5, 103)];
    await insert(url, late);
    await ask(url, 'UPDATE late_prices SET price = price + 1');
    const dearer = [tick('AAPL', 10.5, 103), tick('AAPL', 12.5, 104)];
    await areOf(url, [...sealed, ...dearer]);
    await ask(url, `UPDATE late_prices SET "timestamp" = "timestamp" + interval '1 minute' WHERE price = 103`);
    await areOf(url, [...sealed, tick('AAPL', 70.5, 103), tick('AAPL', 12.5, 104)]);
    await ask(url, `UPDATE late_prices SET stock_name = 'MSFT' WHERE price = 104`);
    await areOf(url, [...sealed, tick('AAPL', 70.5, 103), tick('MSFT', 12.5, 104)]);
  });

  for (const [figure, at, price] of [
    ['first', 0.1, 101],
    ['last', 179.5, 101],
    ['highest', 30.5, 900],
    ['lowest', 30.5, 1],
  ] as const) {
    it(`keep a tick that has their ${figure} price, and say why, until the block is restored or given up`, async () => {
      await using opened = await damaged();
      const { url, sealed, store } = opened;
      const late = [tick('AAPL', at, price), tick('AAPL', 31, 101)];
      await insert(url, late);
      const before = await kept(url);
      const refused = new RegExp(`AAPL on NYSE can't be taken away: they are its ${figure} price, the minute from`);
      await assert.rejects(ask(url, 'DELETE FROM late_prices'), refused);
      await assert.rejects(ask(url, 'DELETE FROM stock_prices WHERE seq IN (SELECT seq FROM late_prices)'), refused);
      assert.deepEqual(await kept(url), before);
      assert.deepEqual(await ask(url, 'SELECT FROM late_prices'), [{}, {}]);
      if (figure === 'highest') {
        await store.unsealDay(DAY, { skipDamaged: true });
        await ask(url, `DELETE FROM stock_prices WHERE price = ${price}`);
        assert.equal((await stored(url)).length, 181);
        return;
      }
      await ask(url, "UPDATE sealed_blocks SET first_price = first_price - 1 WHERE stock_name = 'AAPL'");
      await ask(url, 'DELETE FROM late_prices');
      await areOf(url, sealed);
    });
  }

  it('that were dropped stay away as a whole; hours and days gain and lose what comes and goes', async () => {
    await using opened = await damaged({ dropsMinutes: true });
    const { url, sealed } = opened;
    const hours = async () =>
      (await kept(url)).filter(({ key }) => !key.includes(' minute ') && key.startsWith('AAPL'));
    const should = (ticks: readonly SequencedTick[]) =>
      rollupsOf(ticks.filter(({ stock }) => stock === 'AAPL')).filter(({ key }) => !key.includes(' minute '));
    const late = [tick('AAPL', 10.5, 101), tick('AAPL', 70.5, 102), tick('AAPL', 71.5, 102)];
    const minutes = () => ask(url, `SELECT FROM price_rollups WHERE width = 'minute' AND stock_name = 'AAPL'`);
    await insert(url, late);
    assert.deepEqual(figures(await hours()), figures(should([...sealed, ...late])));
    assert.deepEqual(await minutes(), []);
    await ask(url, 'DELETE FROM late_prices WHERE price = 102');
    assert.deepEqual(figures(await hours()), figures(should([...sealed, ...late.slice(0, 1)])));
    assert.deepEqual(await minutes(), []);
    await ask(url, 'UPDATE late_prices SET price = 103');
    assert.deepEqual(figures(await hours()), figures(should([...sealed, tick('AAPL', 10.5, 103)])));
    assert.deepEqual(figures(await keptTotals(url)), figures(totalsOf([...sealed, tick('AAPL', 10.5, 103)])));
    assert.deepEqual(await minutes(), []);
    await ask(url, "UPDATE sealed_blocks SET first_price = first_price - 1 WHERE stock_name = 'AAPL'");
    await ask(url, 'DELETE FROM late_prices');
    await ask(
      url,
      `SELECT restore_minutes(ARRAY(SELECT rollup_key(stock_name, exchange_name, 'minute', first_time) FROM sealed_blocks))`,
    );
    await areOf(url, sealed);
  });

  it('are not dropped: nobody could bring them back', async () => {
    await using opened = await damaged();
    const { url, store, sealed } = opened;
    await store.dropMinutes();
    assert.deepEqual(await ask(url, `SELECT DISTINCT stock_name FROM price_rollups WHERE width = 'minute'`), [
      { stock_name: 'AAPL' },
    ]);
    const late = tick('AAPL', 10.5, 101);
    await insert(url, [late]);
    await ask(url, 'DELETE FROM late_prices');
    await ask(
      url,
      `SELECT restore_minutes(ARRAY(SELECT rollup_key(stock_name, exchange_name, 'minute', first_time) FROM sealed_blocks))`,
    );
    await areOf(url, sealed);
  });

  it('that were dropped and go with their block leave a hole, of as many ticks as hours know more', async () => {
    await using opened = await damaged({ dropsMinutes: true });
    const { url, store } = opened;
    await store.applyRetention(1);
    const holes = `SELECT exchange_name, stocks, messages::int, reason, from_time::text FROM gaps`;
    assert.deepEqual(await ask(url, holes), [
      {
        exchange_name: 'NYSE',
        stocks: ['AAPL'],
        messages: 180,
        reason: 'block_damaged',
        from_time: `${DAY} 12:00:00.25+00`,
      },
    ]);
    assert.deepEqual(
      await ask(url, `SELECT stock_name, count(*)::int FROM price_rollups WHERE width = 'minute' GROUP BY 1`),
      [{ stock_name: 'MSFT', count: 3 }],
    );
  });

  for (const seed of [1, 2, 3]) {
    it(`are what brute force says of all ticks, those of the block included, whatever comes and goes (seed ${seed})`, async () => {
      await using opened = await damaged({ dropsMinutes: seed === 3 });
      const { url, sealed } = opened;
      const random = seededRandom(seed);
      const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
      let late: readonly SequencedTick[] = [];
      let [done, refused] = [0, 0];
      const all = async (): Promise<readonly SequencedTick[]> => {
        const rows = await ask<{ s: string; p: string; t: string; n: string }>(
          url,
          'SELECT stock_name AS s, price::text AS p, unix_micros("timestamp") AS t, seq AS n FROM late_prices',
        );
        late = rows.map(({ s, p, t, n }) => ({
          stock: s,
          exchange: 'NYSE',
          price: p as DecimalText,
          time: Number(t) as EpochMicros,
          seq: Number(n),
        }));
        return [...sealed, ...late];
      };
      for (let i = 0; i < 30; i++) {
        const where = `seq % ${2 + Math.floor(random() * 3)} = 1 AND stock_name ${pick(["= 'AAPL'", "<> ''"])}`;
        const some = () =>
          Array.from({ length: 1 + Math.floor(random() * 4) }, () =>
            tick(pick(['AAPL', 'MSFT']), Math.floor(random() * 400) / 2, pick([99, 101, 103, 105, 106, 107])),
          );
        const steps = [
          () => insert(url, some()),
          () => insert(url, some()),
          () => ask(url, `DELETE FROM late_prices WHERE ${where}`),
          () => ask(url, `DELETE FROM stock_prices WHERE ${where} AND seq IN (SELECT seq FROM late_prices)`),
          () => ask(url, `UPDATE late_prices SET price = price + 1 WHERE ${where}`),
          () => ask(url, `UPDATE late_prices SET "timestamp" = "timestamp" + interval '61 seconds' WHERE ${where}`),
        ];
        try {
          await pick(steps)();
          done++;
        } catch (error) {
          assert.match(String(error), /only a damaged block could tell what is left/);
          refused++;
        }
        const ticks = await all();
        const isThere = ({ key }: { readonly key: string }) => seed !== 3 || !key.startsWith('AAPL NYSE minute');
        const were = (await kept(url)).filter(({ key }) => seed !== 3 || !key.includes(' minute '));
        const should = rollupsOf(ticks).filter(({ key }) => seed !== 3 || !key.includes(' minute '));
        assert.ok((await kept(url)).every(isThere));
        assert.deepEqual(figures(were), figures(should));
        assert.deepEqual(figures(await keptTotals(url)), figures(totalsOf(ticks)));
      }
      assert.ok(done > 10 && refused > 0, `${done} done, ${refused} refused`);
    });
  }
});
