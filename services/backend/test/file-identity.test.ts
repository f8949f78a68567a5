import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { importFile } from '../src/files/import-file.ts';
import { BEGIN, HEADER, ImportKit, rows, textOf } from './import-kit.ts';

describe('an import is known by its text', () => {
  let kit: ImportKit;
  before(async () => {
    kit = await ImportKit.start();
  });
  after(() => kit[Symbol.asyncDispose]());
  beforeEach(() => kit.empty());

  it('a gzip that was cut stores what is there, and the whole one only the rest', async () => {
    const whole = gzipSync(textOf(rows(120_000, 'GZ')));
    await assert.rejects(kit.load(whole.subarray(0, Math.floor(whole.length * 0.8))), (error: Error) => {
      assert.match(error.message, /\d+\.csv, behind line \d+: the gzip ends too early: the file was cut/);
      assert.match(
        error.message,
        /\d+ ticks are stored as import "\d+\.csv"; run the same command again with the whole/,
      );
      return true;
    });
    const before = await kit.stored();
    assert.ok(before > 50_000 && before < 120_000, `${before}`);
    const report = await kit.load(whole);
    assert.deepEqual([report.stored, report.rejected, await kit.stored()], [120_000 - before, 0, 120_000]);
  });

  it('a small gzip that was cut is no less, and a quote that is not closed hides nothing from the next run', async () => {
    const text = textOf([...rows(50, 'SMALL'), `${BEGIN},"OPEN,NYSE,1`, ...rows(50, 'SMALL', 50)]);
    const whole = gzipSync(text);
    await assert.rejects(kit.load(whole.subarray(0, whole.length - 40)), /the file was cut.*stored as import/);
    await kit.load(whole);
    assert.equal(await kit.stored(), 100);
    assert.equal((await kit.load(text)).knownBefore, true);
    assert.equal(
      (await kit.load(textOf([...rows(50, 'SMALL'), `${BEGIN},"OPEN,NYSE,1`, ...rows(60, 'SMALL', 50)]))).stored,
      10,
    );
    await assert.rejects(kit.load(`${HEADER}\n`), /it has no rows/);
  });

  it('a file that has grown is stored from where it ended', async () => {
    assert.equal((await kit.load(textOf(rows(1000, 'GROW')))).stored, 1000);
    const report = await kit.load(textOf(rows(1500, 'GROW')));
    assert.deepEqual([report.stored, report.skipped, await kit.stored()], [500, 1001, 1500]);
    assert.equal((await kit.load(textOf(rows(1501, 'GROW')))).stored, 1);
    assert.equal((await kit.store.imports()).length, 1);
  });

  it('the same text is the same import under another name and packed otherwise', async () => {
    const text = textOf(rows(3000, 'SAME'));
    await kit.load(text);
    for (const again of [text, gzipSync(text), text.replaceAll('\n', '\r'), `\ufeff${text}`]) {
      const report = await kit.load(again);
      assert.deepEqual([report.knownBefore, report.stored], [true, 0]);
    }
    assert.equal(await kit.stored(), 3000);
  });

  for (const size of [5, 100, 3000]) {
    it(`a file of ${size} rows that was cut anywhere, and whole later, has each row once`, async () => {
      const text = textOf(rows(size, 'CUT'));
      for (const share of [0.3, 0.55, 0.8, 0.99]) {
        await kit.database.client.query('TRUNCATE day_prices, late_prices; TRUNCATE import_progress CASCADE');
        await kit.load(text.slice(0, Math.floor(text.length * share)));
        const report = await kit.load(text);
        assert.equal(report.rejected, 0);
        assert.equal(await kit.stored(), size);
        const { rows: sums } = await kit.database.client.query('SELECT sum(price)::int AS sum FROM stock_prices');
        assert.deepEqual(sums, [{ sum: (size * (size + 1)) / 2 }], 'half a line is no price');
        assert.equal((await kit.load(text)).knownBefore, true);
      }
    });
  }

  it('a JSON array that has grown is stored from where it ended', async () => {
    const array = (count: number): string => {
      const elements = rows(count, 'JSON').map((row) => {
        const [timestamp, stock_name, exchange_name, price] = row.split(',');
        return JSON.stringify({ timestamp, stock_name, exchange_name, price }, null, 1);
      });
      return `[${elements.join(',\n')}]`;
    };
    assert.equal((await kit.load(array(300))).stored, 300);
    await assert.rejects(kit.load(array(500).slice(0, -700)), /not closed.*stored as import/);
    assert.equal((await kit.load(array(500))).stored + 300 <= 500, true);
    assert.equal(await kit.stored(), 500);
  });

  it('a shorter copy of what is stored brings nothing', async () => {
    const text = textOf(rows(3000, 'SHORT'));
    await kit.load(text);
    for (const share of [0.001, 0.1, 0.5, 0.77, 0.999]) {
      const part = text.slice(0, Math.max(HEADER.length + 30, Math.floor(text.length * share)));
      assert.deepEqual([(await kit.load(part)).stored, await kit.stored()], [0, 3000]);
    }
  });

  it('a last line without an end that is the same again is not stored again', async () => {
    const text = textOf(rows(10, 'OPEN')).trimEnd();
    assert.equal((await kit.load(text)).stored, 10);
    assert.equal((await kit.load(text)).knownBefore, true);
    assert.equal((await kit.load(`${text}\n`)).stored, 0);
    assert.equal((await kit.load(textOf(rows(12, 'OPEN')))).stored, 2);
    assert.equal(await kit.stored(), 12);
  });

  it('a text that begins as one that is stored and then differs is not stored without a word', async () => {
    const lines = rows(3000, 'EDIT');
    await kit.load(textOf(lines));
    for (const changed of [0, 1, 40, 1500, 2999]) {
      const edited = lines.map((line, i) => (i === changed ? line.replace(/\d+$/, '7777') : line));
      await assert.rejects(
        kit.load(textOf(edited)),
        /(has changed|begins otherwise).*--undo 1?\d+\.csv.*--again/s,
        `line ${changed}`,
      );
      assert.equal(await kit.stored(), 3000);
    }
    const again = await kit.load(textOf(lines), { again: true });
    assert.equal(again.stored, 3000);
  });

  it('a window that has moved on is not stored over what is there', async () => {
    await kit.load(textOf(rows(3000, 'ROLL')));
    await assert.rejects(kit.load(textOf(rows(3000, 'ROLL', 100))), /about 9\d % of the lines of one are in the other/);
    assert.equal(await kit.stored(), 3000);
    assert.equal((await kit.load(textOf(rows(3000, 'ROLL', 3000)))).stored, 3000, 'the next one has nothing in common');
  });

  it('a file with its newest rows first is not stored again when it has grown', async () => {
    await kit.load(textOf(rows(100, 'NEW').toReversed()));
    await assert.rejects(kit.load(textOf(rows(1000, 'NEW').toReversed())), /begins otherwise.*--undo/);
    assert.equal(await kit.stored(), 100);
  });

  it('what an earlier version imported is known still', async () => {
    const text = textOf(rows(10, 'OLD'));
    const digest = createHash('sha256').update(text).digest('hex');
    await kit.database.client.query(
      'INSERT INTO import_progress (source, position, stored, finished) VALUES ($1, 11, 10, true)',
      [`sha256 ${digest}`],
    );
    assert.equal((await kit.load(text)).knownBefore, true);
    assert.equal((await kit.load(text, { again: true })).stored, 10);
    await assert.rejects(
      kit.store.undoImport(`sha256 ${digest}`),
      /10 ticks were stored by a version that did not note which/,
    );
  });

  it('other options for the same text are not another import without a word', async () => {
    const text = `timestamp,stock_name,price\n2026-01-05 10:00,A,1\n`;
    const options = { exchange: 'NYSE', stock: 'B' };
    await kit.load(text, options);
    await assert.rejects(
      kit.load(text, { ...options, timeZone: 'Asia/Tokyo' }),
      /instead of.*Asia\/Tokyo.*--undo.*--again/s,
    );
    await assert.rejects(kit.load(text, { ...options, stock: 'C' }), /--undo/, 'its rows name theirs');
    assert.equal(await kit.stored(), 1);
  });

  it('the same prices of another stock or exchange are other ticks', async () => {
    const text = 'timestamp,price\n2026-01-05 10:00,1\n2026-01-05 10:01,2\n';
    for (const [stock, exchange] of [
      ['A', 'NYSE'],
      ['B', 'NYSE'],
      ['B', 'NASDAQ'],
    ] as const) {
      assert.equal((await kit.load(text, { stock, exchange })).stored, 2);
      assert.equal((await kit.load(`${text}2026-01-05 10:02,3\n`, { stock, exchange })).stored, 1);
      assert.equal((await kit.load(text, { stock, exchange })).knownBefore, true);
    }
    assert.equal((await kit.store.imports()).length, 3);
  });

  it('what came to nothing is read anew', async () => {
    const text = `timestamp;stock_name;exchange_name;price\n${BEGIN};A;NYSE;2,500\n`;
    assert.deepEqual([(await kit.load(text)).stored, (await kit.load(text, { decimal: ',' })).stored], [0, 1]);
  });

  it('two files of one name are two imports', async () => {
    await kit.load(textOf(rows(10, 'ONE')), { name: 'x' });
    await assert.rejects(kit.load(textOf(rows(10, 'TWO')), { name: 'x' }), /import "x" is there already/);
    const report = await kit.load(textOf(rows(10, 'TWO')), { name: 'x', again: true });
    assert.deepEqual([report.texts[0]?.source, await kit.stored()], ['x#2', 20]);
  });

  it('two imports of one file at a time store it once', async () => {
    const path = join(kit.folder, 'twice.csv');
    await writeFile(path, textOf(rows(60_000, 'RACE')));
    const both = await Promise.allSettled([importFile(kit.store, { path }), importFile(kit.store, { path })]);
    for (const one of both) {
      if (one.status === 'rejected') assert.match(String(one.reason), /another process imports it at the same time/);
    }
    await importFile(kit.store, { path });
    assert.equal(await kit.stored(), 60_000);
  });
});
