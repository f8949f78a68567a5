import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPostgresStore, type PostgresStore } from '@tickwatch/store';
import { importFile } from '../src/files/import-file.ts';
import type { ImportOptions, ImportReport } from '../src/files/import-types.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';

export const HEADER = 'timestamp,stock_name,exchange_name,price';
/** Second of the first row. */
export const BEGIN = 1_789_000_000;

/** Rows of one a second, each unlike the others. */
export function rows(count: number, stock: string, from = 0): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${BEGIN + from + i},${stock},NYSE,${from + i + 1}`);
}

export const textOf = (lines: readonly string[]): string => `${[HEADER, ...lines].join('\n')}\n`;

/** A database that files are imported into. */
export class ImportKit implements AsyncDisposable {
  readonly database: TestDatabase;
  readonly store: PostgresStore;
  readonly folder: string;
  #file = 0;

  static async start(): Promise<ImportKit> {
    return new ImportKit(await startTestDatabase(), await mkdtemp(join(tmpdir(), 'tickwatch-import-')));
  }

  private constructor(database: TestDatabase, folder: string) {
    this.database = database;
    this.store = createPostgresStore({ connectionString: database.url, applicationName: 'import-test' });
    this.folder = folder;
  }

  async empty(): Promise<void> {
    await this.database.client.query('TRUNCATE day_prices, late_prices; TRUNCATE import_progress CASCADE');
  }

  async load(text: string | Buffer, options: Partial<ImportOptions> = {}): Promise<ImportReport> {
    const path = join(this.folder, `${++this.#file}.csv`);
    await writeFile(path, text);
    return importFile(this.store, { path, ...options });
  }

  /** Every tick that is stored, and that the rollups know the same ones. */
  async stored(): Promise<number> {
    const { rows: found } = await this.database.client.query<{ n: number; distinct: number }>(
      'SELECT count(*)::int AS n, count(DISTINCT ("timestamp", stock_name, exchange_name, price))::int AS distinct FROM stock_prices',
    );
    assert.equal(found[0]?.n, found[0]?.distinct, 'a tick is stored twice');
    for (const day of await this.store.daysWithData()) assert.deepEqual(await this.store.verifyRollups(day), []);
    return found[0]?.n ?? -1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]();
    await this.database[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}
