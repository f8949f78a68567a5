import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { UndoError } from '@tickwatch/store';
import { BEGIN, ImportKit, rows, textOf } from './import-kit.ts';

describe('an import is taken back', () => {
  let kit: ImportKit;
  before(async () => {
    kit = await ImportKit.start();
  });
  after(() => kit[Symbol.asyncDispose]());
  beforeEach(() => kit.empty());

  it('an import is taken back, and only that one', async () => {
    await kit.load(textOf(rows(120_000, 'BACK')), { name: 'back' });
    await kit.load(textOf(rows(100, 'STAY')), { name: 'stay' });
    // The same stock, exchange and moments, come another way.
    await kit.database.client.query(
      `INSERT INTO stock_prices SELECT to_timestamp($1 + i), 'BACK', 'NYSE', 0.5 FROM generate_series(1, 50) AS i`,
      [BEGIN],
    );
    const steps: number[] = [];
    const undone = await kit.store.undoImport('back', ({ deleted }) => steps.push(deleted));
    assert.deepEqual(undone, { deleted: 120_000, missing: 0 });
    assert.ok(steps.length >= 3, 'in portions');
    assert.equal(await kit.stored(), 150);
    await assert.rejects(kit.store.undoImport('back'), UndoError);
    assert.equal((await kit.load(textOf(rows(120_000, 'BACK')), { name: 'back' })).stored, 120_000);
    assert.equal(await kit.stored(), 120_150);
  });

  it('taking back that was cut goes on, and never takes ticks that came another way', async () => {
    await kit.load(textOf(rows(60_000, 'HALF')), { name: 'half' });
    const stop = new Error('the machine went away');
    await assert.rejects(
      kit.store.undoImport('half', () => {
        throw stop;
      }),
      stop,
    );
    const { rows: left } = await kit.database.client.query('SELECT count(*)::int AS n FROM stock_prices');
    assert.deepEqual([left, (await kit.store.imports())[0]?.stored], [[{ n: 50_000 }], 50_000]);
    await kit.database.client.query(`INSERT INTO stock_prices ("timestamp", stock_name, exchange_name, price, seq)
      SELECT "timestamp", stock_name, exchange_name, 0.5, seq FROM stock_prices LIMIT 1`);
    await assert.rejects(kit.store.undoImport('half'), /1 of them came another way.*none of these is deleted/);
    await kit.database.client.query('DELETE FROM stock_prices WHERE price = 0.5');
    await kit.store.undoImport('half');
    assert.equal(await kit.stored(), 0);
  });

  it('what retention has dropped does not keep an import from being taken back', async () => {
    await kit.load(textOf(rows(2000, 'GONE')), { name: 'gone' });
    await kit.store.applyRetention(1);
    assert.deepEqual(await kit.store.undoImport('gone'), { deleted: 0, missing: 2000 });
    assert.deepEqual(await kit.store.imports(), []);
  });
});
