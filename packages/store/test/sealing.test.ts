import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { createPostgresStore, type StoreEvent } from '../src/index.ts';
import { dayFromNow } from '../src/partitions.ts';
import { oddDay } from './fixtures/odd-day.ts';
import { dayBegin, fill, linesOf, partitionOf, seal, sealedRows, unsealedRows } from './sealing-kit.ts';
import {
  ask,
  BatchMaker,
  eventually,
  lead,
  openTestStore,
  startTestServer,
  type TestServer,
} from './store-test-kit.ts';

const DAY = dayFromNow(-20);
const BEGIN = dayBegin(DAY);
const MICROS_A_SECOND = 1_000_000;
const ROLLUPS = 'SELECT * FROM price_rollups ORDER BY stock_name, width, bucket, exchange_name';

describe('sealing', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  it('takes in what came late to a sealed day, and writes the blocks of no other stock', async () => {
    await using opened = await openTestStore(server);
    const { url, store } = opened;
    await store.ensurePartitions([DAY]);
    const ticks = oddDay(BEGIN, 30_000);
    const isLate = (i: number): boolean => ticks[i]?.stock === 'BRK.B' && i % 7 === 0;
    await fill(url, partitionOf(DAY), ticks);
    const whole = linesOf(await unsealedRows(url, DAY));
    await ask(url, `TRUNCATE ${partitionOf(DAY)}`);
    await fill(
      url,
      partitionOf(DAY),
      ticks.filter((_, i) => !isLate(i)),
    );
    assert.equal((await seal(url, DAY)).state, 'sealed');
    await fill(
      url,
      'late_prices',
      ticks.filter((_, i) => isLate(i)),
    );
    const others = "SELECT ctid::text, stock_name FROM sealed_blocks WHERE stock_name <> 'BRK.B' ORDER BY ctid";
    const before = await ask(url, others);
    assert.deepEqual(await store.daysToSeal({ olderThanDays: 7 }), [DAY]);
    const again = await seal(url, DAY);
    assert.equal(again.state === 'sealed' && again.ticks, 30_000);
    assert.deepEqual(await ask(url, others), before);
    assert.equal((await unsealedRows(url, DAY)).length, 0);
    // A tick that was alone, and sealed, lost its number: one that came to its time stamp lies behind it all the same.
    const withoutSeqs = (lines: typeof whole) => new Map([...lines].map(([key, list]) => [key, list.map(withoutSeq)]));
    assert.deepEqual(withoutSeqs(linesOf(await sealedRows(url, DAY))), withoutSeqs(whole));
    assert.deepEqual(await store.daysToSeal({ olderThanDays: 7 }), []);
  });

  it('seals a day that has late ticks only', async () => {
    await using opened = await openTestStore(server);
    const { url } = opened;
    await fill(url, 'late_prices', oddDay(BEGIN, 500));
    const lines = linesOf(await unsealedRows(url, DAY));
    assert.equal((await seal(url, DAY)).state, 'sealed');
    assert.deepEqual(linesOf(await sealedRows(url, DAY)), lines);
  });

  it('loses no tick that comes while the day is sealed, and keeps nobody waiting who writes it', async () => {
    await using opened = await openTestStore(server);
    const { url, store } = opened;
    await store.ensurePartitions([DAY]);
    await fill(url, partitionOf(DAY), oddDay(BEGIN, 50_000));
    await using membership = await lead(store);
    const make = new BatchMaker();
    let [slowest, written] = [0, 0];
    const over = new AbortController();
    const writing = (async () => {
      for (; !over.signal.aborted && written < 300; written++) {
        const begun = performance.now();
        await membership.commit(make.batches([make.tick('LATE', '1.5', BEGIN + written * 1000)]));
        slowest = Math.max(slowest, performance.now() - begun);
      }
    })();
    for (let state = ''; state !== 'sealed'; ) state = (await seal(url, DAY)).state;
    over.abort();
    await writing;
    const count = (await sealedRows(url, DAY)).length + (await unsealedRows(url, DAY)).length;
    assert.equal(count, 50_000 + written);
    assert.ok(slowest < 3000, `a batch took ${slowest} ms`);
    while ((await store.daysToSeal({ olderThanDays: 7 })).length > 0) await seal(url, DAY);
    assert.equal((await sealedRows(url, DAY)).length, 50_000 + written);
    assert.deepEqual(
      (await sealedRows(url, DAY)).filter(({ stock }) => stock === 'LATE').map(({ time }) => Number(time) - BEGIN),
      Array.from({ length: written }, (_, i) => i * 1000),
    );
  });

  it('leaves a day as it is while somebody reads its table for long, or another process seals', async () => {
    await using opened = await openTestStore(server);
    const { url, store } = opened;
    await store.ensurePartitions([DAY]);
    await fill(url, partitionOf(DAY), oddDay(BEGIN, 1000));
    const reader = new pg.Client({ connectionString: url });
    await reader.connect();
    await reader.query('BEGIN; SELECT count(*) FROM day_prices');
    const postponed = await seal(url, DAY, { lockTries: 2 });
    assert.ok(postponed.state === 'postponed' && /read or write/.test(postponed.why), JSON.stringify(postponed));
    await reader.query('COMMIT; BEGIN; LOCK TABLE sealing_turn IN EXCLUSIVE MODE');
    const waiting = await seal(url, DAY);
    assert.ok(waiting.state === 'postponed' && waiting.isOthersTurn);
    await reader.query('COMMIT');
    assert.equal((await unsealedRows(url, DAY)).length, 1000);
    assert.equal((await sealedRows(url, DAY)).length, 0);
    await reader.end();
    assert.equal((await seal(url, DAY)).state, 'sealed');
  });

  it('begins anew when the day was changed meanwhile', async () => {
    await using opened = await openTestStore(server);
    const { url, store } = opened;
    await store.ensurePartitions([DAY]);
    await fill(url, partitionOf(DAY), oddDay(BEGIN, 20_000));
    for (const change of [
      'DELETE FROM day_prices WHERE ctid IN (SELECT ctid FROM day_prices LIMIT 1)',
      'UPDATE day_prices SET price = 7 WHERE seq % 1000 = 0',
    ]) {
      // Who reads keeps sealing from its end until the change is there.
      const reader = new pg.Client({ connectionString: url });
      await reader.connect();
      await reader.query('BEGIN; LOCK TABLE ONLY day_prices IN ACCESS SHARE MODE');
      let changed: Promise<unknown> | undefined;
      const outcome = await seal(url, DAY, {
        onProgress: () => {
          changed ??= ask(url, change).finally(() => reader.end());
        },
      });
      await changed;
      const expected = linesOf(await unsealedRows(url, DAY));
      assert.equal(outcome.state, 'sealed');
      assert.equal(expected.size, 0);
      await store.unsealDay(DAY);
    }
    assert.equal((await unsealedRows(url, DAY)).length, 19_999);
  });

  it('does not touch rollups, which stay right; unsealed too', async () => {
    await using opened = await openTestStore(server);
    const { url, store } = opened;
    await store.ensurePartitions([DAY]);
    await using membership = await lead(store);
    const make = new BatchMaker();
    const ticks = Array.from({ length: 3000 }, (_, i) =>
      make.tick(`S${i % 5}`, ((i * 7919) % 1000).toString(), BEGIN + Math.floor(i / 2) * MICROS_A_SECOND),
    );
    await membership.commit(make.batches(ticks));
    const rollups = await ask(url, ROLLUPS);
    await seal(url, DAY);
    assert.deepEqual(await ask(url, ROLLUPS), rollups);
    assert.deepEqual(await store.verifyRollups(DAY), []);
    assert.deepEqual(await store.verifySealedDay(DAY), { ticks: 3000, blocks: 5, problems: [] });
    await store.unsealDay(DAY);
    assert.deepEqual(await ask(url, ROLLUPS), rollups);
    assert.deepEqual(await store.verifyRollups(DAY), []);
    assert.deepEqual(await store.daysToSeal({ olderThanDays: 7 }), [], 'what was unsealed just now is left alone');
    assert.deepEqual(await store.daysToSeal({ olderThanDays: 7, alsoUnsealed: true }), [DAY]);
  });

  it('names a damaged block, leaves its stock as it is and seals the others; unsealing needs to be told', async () => {
    await using opened = await openTestStore(server);
    const { url, store } = opened;
    const make = new BatchMaker();
    const ticks = ['A', 'B', 'C'].flatMap((stock) =>
      Array.from({ length: 100 }, (_, i) => make.tick(stock, '1.5', BEGIN + i * 1000)),
    );
    await fill(url, 'late_prices', ticks);
    await seal(url, DAY);
    await ask(url, "UPDATE sealed_blocks SET payload = payload || '\\x00' WHERE stock_name = 'B'");
    await fill(
      url,
      'late_prices',
      ['A', 'B', 'C'].map((stock) => make.tick(stock, '2.5', BEGIN + 1)),
    );
    const outcome = await seal(url, DAY);
    assert.ok(outcome.state === 'sealed' && outcome.damaged.length === 1);
    assert.match(outcome.damaged[0] ?? '', /block 1 of B on NASDAQ/);
    assert.deepEqual(
      (await unsealedRows(url, DAY)).map(({ stock, price }) => [stock, price]),
      [['B', '2.5']],
    );
    assert.deepEqual(
      await ask(url, 'SELECT stock_name AS s, sum(count)::int AS n FROM sealed_blocks GROUP BY 1 ORDER BY 1'),
      [
        { s: 'A', n: 101 },
        { s: 'B', n: 100 },
        { s: 'C', n: 101 },
      ],
    );
    await assert.rejects(store.unsealDay(DAY), /block 1 of B on NASDAQ.*100 ticks are missing/);
    const { ticks: back, damaged } = await store.unsealDay(DAY, { skipDamaged: true });
    assert.deepEqual([back, damaged.map((one) => one.ticks)], [202, [100]]);
    await assert.rejects(store.unsealDay(DAY), /is not sealed/);
  });

  it('goes on in the background, once days are old enough, and retention drops what is sealed', async () => {
    await using opened = await openTestStore(server);
    const { url, store } = opened;
    const young = dayFromNow(-7);
    await store.ensurePartitions([DAY, young]);
    for (const day of [DAY, young]) await fill(url, partitionOf(day), oddDay(dayBegin(day), 1000));
    const events: StoreEvent[] = [];
    await using sealing = createPostgresStore({
      connectionString: url,
      applicationName: 'test',
      sealing: { afterDays: 7, minutes: 'keep' },
      onEvent: (event) => events.push(event),
    });
    await sealing.migrate();
    const told = await eventually('the day being sealed', async () => events.find(({ type }) => type === 'day_sealed'));
    assert.ok(told.type === 'day_sealed' && told.day === DAY && told.ticks === 1000 && told.bytes > 0);
    assert.deepEqual(
      (await store.sealedDays()).map(({ day }) => day),
      [DAY],
    );
    assert.equal((await unsealedRows(url, young)).length, 1000);
    await store.applyRetention(10);
    assert.deepEqual(await store.sealedDays(), []);
    assert.deepEqual(await ask(url, 'SELECT FROM sealed_blocks'), []);
    assert.equal((await unsealedRows(url, young)).length, 1000);
  });
});

function withoutSeq(line: string): string {
  return line.split(' ').slice(0, 2).join(' ');
}
