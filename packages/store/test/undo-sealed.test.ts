import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DecimalText, EpochMicros, Tick } from '@tickwatch/core';
import { dayFromNow } from '../src/partitions.ts';
import { dayBegin, linesOf, portionOf, seal, sealedRows, unsealedRows } from './sealing-kit.ts';
import { ask, BatchMaker, lead, openTestStore, startTestServer, type TestServer } from './store-test-kit.ts';

const DAY = dayFromNow(-20);
const BEGIN = dayBegin(DAY);
const ROLLUPS = `SELECT stock_name, exchange_name, width, bucket, count, sum::float8, open, high, low, close, open_time, close_time, weighted_sum::float8
  FROM price_rollups ORDER BY stock_name, width, bucket, exchange_name`;

describe('an import into a day that was sealed since', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  it('is taken back tick by tick: live ones stay, of the same minute and of the same time stamp', async () => {
    await using opened = await openTestStore(server);
    const { url, store } = opened;
    await store.ensurePartitions([DAY]);
    await using membership = await lead(store);
    const make = new BatchMaker();
    const imported = (i: number, stock = 'A'): Tick => ({
      stock,
      exchange: 'NASDAQ',
      price: `${i % 90}.50` as DecimalText,
      time: (BEGIN + i * 1000) as EpochMicros,
    });
    // Every third has a time stamp that the import has, too.
    const live = Array.from({ length: 2000 }, (_, i) =>
      make.tick('A', '1.25', BEGIN + i * 1000 + (i % 3 === 0 ? 0 : 500)),
    );
    await membership.commit(
      make.batches([...live, ...Array.from({ length: 50 }, (_, i) => make.tick('B', '3', BEGIN + i))]),
    );
    const before = [linesOf(await unsealedRows(url, DAY)), await ask(url, ROLLUPS)];
    const first = Array.from({ length: 1500 }, (_, i) => imported(i));
    const second = Array.from({ length: 1500 }, (_, i) => imported(i + 900));
    await store.importTicks(portionOf('file', 0, first, false));
    await store.importTicks(portionOf('file', 1500, second));
    const late = Array.from({ length: 10 }, (_, i) => make.tick('A', '8', BEGIN + i * 1000 + 300));
    assert.equal((await seal(url, DAY)).state, 'sealed');
    await membership.commit(make.batches(late));

    assert.deepEqual(await store.undoImport('file'), { deleted: 3000, missing: 0 });
    assert.deepEqual(await store.verifyRollups(DAY), []);
    const [day] = await store.sealedDays();
    assert.equal(day?.ticks, 50, 'the other stock stays where it is');
    const left = [...(await sealedRows(url, DAY)), ...(await unsealedRows(url, DAY))];
    assert.equal(left.length, 2060);
    await ask(url, 'DELETE FROM late_prices WHERE price = 8');
    const rows = [...(await unsealedRows(url, DAY)), ...(await sealedRows(url, DAY))];
    assert.deepEqual(
      [...linesOf(rows)].map(([key, list]) => [key, list.map(withoutSeq)]),
      [...(before[0] as ReadonlyMap<string, string[]>)].map(([key, list]) => [key, list.map(withoutSeq)]),
    );
    assert.deepEqual(await ask(url, ROLLUPS), before[1]);
    assert.equal((await seal(url, DAY)).state, 'sealed');
    assert.equal((await sealedRows(url, DAY)).length, 2050);
  });

  it('is not taken back where a block that may hold some of it is damaged; nothing is changed then', async () => {
    await using opened = await openTestStore(server);
    const { url, store } = opened;
    const ticks = Array.from({ length: 100 }, (_, i) => ({
      stock: 'A',
      exchange: 'NYSE',
      price: '1' as DecimalText,
      time: (BEGIN + i) as EpochMicros,
    }));
    await store.importTicks(portionOf('file', 0, ticks));
    await seal(url, DAY);
    await ask(url, "UPDATE sealed_blocks SET payload = payload || '\\x00'");
    await assert.rejects(store.undoImport('file'), /file: block 1 of A on NYSE.*nothing of this portion is deleted/);
    assert.equal((await store.importProgress('file')).stored, 100);
    assert.deepEqual(await ask(url, 'SELECT FROM late_prices'), []);
    assert.equal((await ask(url, 'SELECT FROM damaged_blocks')).length, 1, 'everybody knows it from now on');
  });

  it('is not taken back where only a damaged block tells what a minute is without it', async () => {
    await using opened = await openTestStore(server);
    const { url, store } = opened;
    await ask(
      url,
      `INSERT INTO stock_prices (timestamp, stock_name, exchange_name, price) VALUES ('${DAY}T00:00:10Z', 'A', 'NYSE', 5)`,
    );
    await seal(url, DAY);
    const last = { stock: 'A', exchange: 'NYSE', price: '6' as DecimalText, time: (BEGIN + 30e6) as EpochMicros };
    await store.importTicks(portionOf('file', 0, [last]));
    await ask(url, "UPDATE sealed_blocks SET payload = payload || '\\x00'");
    await assert.rejects(store.undoImport('file'), /file: ticks of A on NYSE .* its last price.*--skip-damaged/s);
    assert.equal((await ask(url, 'SELECT FROM late_prices')).length, 1);
  });
});

function withoutSeq(line: string): string {
  return line.split(' ').slice(0, 2).join(' ');
}
