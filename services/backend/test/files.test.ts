import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { createPostgresStore, type PostgresStore, type TickReader } from '@tickwatch/store';
import { exportFile } from '../src/files/export-file.ts';
import { importFile } from '../src/files/import-file.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const HEADER = 'timestamp,stock_name,exchange_name,price';

describe('files in and out', () => {
  let database: TestDatabase;
  let store: PostgresStore;
  let reader: TickReader;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-files-'));
    database = await startTestDatabase();
    store = createPostgresStore({ connectionString: database.url, applicationName: 'files-test' });
    reader = openReader(database.url);
  });

  after(async () => {
    await reader[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const file = async (name: string, lines: readonly string[]): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, `${lines.join('\n')}\n`);
    return path;
  };

  const count = async (stock: string): Promise<number> => (await reader.summary({ stock })).value.row?.count ?? 0;

  it('every line becomes a tick with all its digits, or is kept as rejected with its reason', async () => {
    const path = await file('mixed.csv', [
      'price,"stock_name",exchange_name,timestamp,remark',
      '220.40,CSV,NASDAQ,2026-09-10T08:00:00.123456Z,"a, b"',
      '"0.00000001","CSV",NYSE,1789027201,',
      '',
      'nan,CSV,NYSE,1789027201,',
      '1,CSV,NYSE,yesterday,',
      '1,,NYSE,1789027201,',
      '1,CSV,"no, such",1789027201,',
      '1,CSV,NYSE,2999-01-01,',
    ]);
    const report = await importFile(store, { path });
    assert.deepEqual([report.stored, report.rejected], [2, 5]);
    assert.deepEqual(Object.fromEntries(report.reasons), { bad_price: 1, bad_time: 2, bad_symbol: 1, bad_form: 1 });
    assert.deepEqual(
      report.examples.map(({ line }) => line),
      [5, 6, 7, 8, 9],
    );
    const { value } = await reader.page({ stock: 'CSV' }, { order: 'asc', limit: 10 });
    assert.deepEqual(
      value.ticks.map(({ price, exchange }) => [price, exchange]),
      [
        ['220.40', 'NASDAQ'],
        ['0.00000001', 'NYSE'],
      ],
    );
    const { rows } = await database.client.query(`SELECT message FROM rejected_messages WHERE reason = 'bad_price'`);
    assert.deepEqual(rows, [{ message: 'nan,CSV,NYSE,1789027201,' }]);
  });

  it('the same file again stores nothing, under whatever name', async () => {
    const lines = [HEADER, '2026-09-10T08:00:00Z,TWICE,NYSE,1', '2026-09-10T08:00:00Z,TWICE,NYSE,1'];
    await importFile(store, { path: await file('one.csv', lines) });
    const again = await importFile(store, { path: await file('other.csv', lines) });
    assert.deepEqual([again.knownBefore, again.stored, await count('TWICE')], [true, 0, 2]);
  });

  it('ticks of one time stamp keep the order of the file', async () => {
    const prices = ['10', '12', '11', '12', '9'];
    const path = await file('order.csv', [
      HEADER,
      ...prices.map((price) => `2026-09-10T08:00:00Z,ORDER,NYSE,${price}`),
    ]);
    await importFile(store, { path });
    const { value } = await reader.page({ stock: 'ORDER' }, { order: 'asc', limit: 10 });
    assert.deepEqual(
      value.ticks.map(({ price }) => price),
      prices,
    );
    const { row } = (await reader.summary({ stock: 'ORDER' })).value;
    assert.deepEqual([row?.open, row?.close], ['10', '9']);
  });

  it('an import that was cut continues without a hole and without a double', async () => {
    const lines = Array.from({ length: 170_000 }, (_, n) => `${1_789_000_000 + n},CUT,NYSE,${n + 1}`);
    const path = await file('long.csv', [HEADER, ...lines]);
    let portions = 0;
    const failing: PostgresStore = {
      ...store,
      importTicks: (portion) => {
        if (++portions === 3) throw new Error('the machine went away');
        return store.importTicks(portion);
      },
    };
    await assert.rejects(importFile(failing, { path }), /went away/);
    assert.equal(await count('CUT'), 100_000);
    const report = await importFile(store, { path });
    assert.equal(report.stored, 70_000);
    const { value } = await reader.summary({ stock: 'CUT' });
    assert.deepEqual([value.row?.count, value.row?.sum], [170_000, String((170_000 * 170_001) / 2)]);
    assert.deepEqual(await store.verifyRollups('2026-09-10'), []);
  });

  const ODD = ['S&P 500', 'BTC:USD', 'Ä-1', 'A=B|C', '#1'];

  it('stocks of odd names come in as they are', async () => {
    const lines = ODD.map((stock_name) => JSON.stringify({ stock_name, price: '1.50', timestamp: 1_789_027_250 }));
    const report = await importFile(store, { path: await file('odd.ndjson', lines), exchange: 'X.1_Y-Z' });
    assert.deepEqual([report.stored, report.rejected], [ODD.length, 0]);
  });

  for (const name of ['all.csv', 'all.ndjson', 'all.csv.gz', 'all.ndjson.gz']) {
    it(`what goes out as ${name} comes in again as it was`, async () => {
      const path = join(folder, name);
      const gzip = name.endsWith('.gz');
      const format = name.includes('csv') ? 'csv' : 'ndjson';
      const stocks = ['CSV', 'CUT', ...ODD];
      const end = 1_789_027_300_000_000 as NonNullable<Parameters<typeof reader.summary>[0]['end']>;
      const done = await exportFile(reader, { path, format, gzip, stocks, end });
      assert.equal(done.rows, 2 + 27_301 + ODD.length);
      const written = await readFile(path);
      const text = (gzip ? gunzipSync(written) : written).toString();
      await using second = await startTestDatabase();
      await using other = createPostgresStore({ connectionString: second.url, applicationName: 'files-test' });
      await importFile(other, { path });
      await using otherReader = openReader(second.url);
      const back = join(folder, `back-${name}`);
      await exportFile(otherReader, { path: back, format, gzip: false, stocks, end });
      assert.equal(await readFile(back, 'utf8'), text);
    });
  }

  it('a disk that is full is told, not crashed on', async () => {
    for (const gzip of [false, true]) {
      await assert.rejects(exportFile(reader, { path: '/dev/full', format: 'csv', gzip }), { code: 'ENOSPC' });
    }
  });

  it('a file that is neither CSV nor NDJSON is refused', async () => {
    await assert.rejects(importFile(store, { path: await file('wrong.csv', ['a,b', '1,2']) }), /header timestamp/);
  });

  it('the commands do it from a shell', async () => {
    const path = await file('shell.csv', [HEADER, '2026-09-10T08:00:00Z,SHELL,NYSE,1.50', 'x']);
    const run = async (command: string, ...args: string[]) =>
      await promisify(execFile)(
        process.execPath,
        ['--import', 'tsx', fileURLToPath(new URL(`../src/${command}.ts`, import.meta.url)), ...args],
        { env: { ...process.env, DATABASE_URL: database.url } },
      ).catch((error: { code: number; stdout: string; stderr: string }) => error);
    const imported = await run('import', path);
    assert.match(imported.stdout, /3 lines, 1 ticks stored, 1 lines rejected/);
    assert.equal('code' in imported && imported.code, 3, 'the exit code tells that lines were rejected');
    const exported = await run('export', '-', '--stock', 'SHELL');
    assert.equal(exported.stdout, `${HEADER}\n2026-09-10T08:00:00.000000Z,SHELL,NYSE,1.50\n`);
    await database.client.query(`UPDATE price_rollups SET count = 7 WHERE stock_name = 'SHELL' AND width = 'minute'`);
    assert.match(
      (await run('rollups', 'verify', '--from', '2026-09-10', '--to', '2026-09-10')).stdout,
      /SHELL NYSE minute/,
    );
    await run('rollups', 'rebuild', '--from', '2026-09-10', '--to', '2026-09-10');
    assert.match((await run('rollups', 'verify')).stdout, /all rollups are right/);
    assert.match((await run('rollups', 'dance')).stderr, /rebuild\|verify/);
  });
});
