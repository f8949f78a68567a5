import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createPostgresStore, type PostgresStore, type TickReader } from '@tickwatch/store';
import { RecordBatchReader } from 'apache-arrow';
import { type ExportOptions, exportFile } from '../src/files/export-file.ts';
import { importFile } from '../src/files/import-file.ts';
import { Random } from './random.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const HEADER = 'timestamp,stock_name,exchange_name,price';
const TICKS = 150_000;

describe('Parquet and Arrow files of an export', () => {
  let database: TestDatabase;
  let store: PostgresStore;
  let reader: TickReader;
  let folder: string;
  const random = new Random(3);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-file-columns-'));
    database = await startTestDatabase();
    store = createPostgresStore({ connectionString: database.url, applicationName: 'files-test' });
    reader = openReader(database.url);
    const lines = Array.from({ length: TICKS }, (_, i) => {
      const price = random.pick(['220.4', '220.40', '0.00000001', '123456789012345.678901', '7']);
      const micros = 1_789_000_000_000_000 + Math.floor(i / 2) * 10_000;
      return `${micros},${random.pick(['A', 'B.1', 'Ä-1'])},${random.pick(['NYSE', 'NASDAQ'])},${price}`;
    });
    const path = join(folder, 'source.csv');
    await writeFile(path, `${[HEADER, ...lines].join('\n')}\n`);
    assert.equal((await importFile(store, { path })).stored, TICKS);
  });

  after(async () => {
    await reader[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const write = async (from: TickReader, name: string, options: Partial<ExportOptions>): Promise<Buffer> => {
    const path = join(folder, name);
    await exportFile(from, { path, format: 'csv', gzip: false, ...options });
    return await readFile(path);
  };

  /** What an export as CSV says after an import of a file into a database of its own. */
  async function comesBack(name: string): Promise<string> {
    await using second = await startTestDatabase();
    await using other = createPostgresStore({ connectionString: second.url, applicationName: 'files-test' });
    const report = await importFile(other, { path: join(folder, name) });
    assert.deepEqual([report.stored, report.rejected], [TICKS, 0]);
    await using otherReader = openReader(second.url);
    return (await write(otherReader, 'back.csv', {})).toString();
  }

  it('what goes out as Parquet comes in again with every digit, tick by tick in its order', async () => {
    const csv = (await write(reader, 'all.csv', {})).toString();
    await write(reader, 'text.parquet', { format: 'parquet', decimals: 'string' });
    assert.equal(await comesBack('text.parquet'), csv);
    await write(reader, 'all.parquet', { format: 'parquet' });
    const padded = csv.replace(/(?<=,)(\d+)(?:\.(\d+))?$/gm, (_, whole: string, fraction = '') => {
      return `${whole}.${fraction.padEnd(8, '0')}`;
    });
    assert.equal(await comesBack('all.parquet'), padded);
  });

  it('an Arrow file holds every tick', async () => {
    const file = RecordBatchReader.from(await write(reader, 'all.arrow', { format: 'arrow' }));
    assert.equal(
      [...file].reduce((rows, batch) => rows + batch.numRows, 0),
      TICKS,
    );
  });

  it('prices of too many digits for any decimal are refused with what would be right, and nothing is left behind', async () => {
    const path = join(folder, 'fine.csv');
    await writeFile(path, `${HEADER}\n1789000000,FINE,NYSE,0.${'1234567890'.repeat(4)}\n`);
    await importFile(store, { path });
    await assert.rejects(write(reader, 'fine.parquet', { format: 'parquet' }), /--decimals string.*\.csv or \.ndjson/);
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith('fine.parquet')),
      [],
    );
    await write(reader, 'fine.parquet', { format: 'parquet', decimals: 'string' });
    assert.equal(reader.load().exports, 0);
  });
});
