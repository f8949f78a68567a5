import { closeSync, fsyncSync, openSync } from 'node:fs';
import { LmdbTable, openSpoolDatabase } from '../lmdb-table.ts';
import type { SpoolKey } from '../record-format.ts';

const FLUSH_BYTES = 4 * 1024 * 1024;

/** The fresh file that whatever can be read is written to. */
export class SpoolCopy {
  readonly #path: string;
  readonly #table: LmdbTable;
  #puts: (readonly [SpoolKey, Buffer])[] = [];
  #bytes = 0;
  /** Why it is not whole. */
  failure: unknown;

  constructor(path: string) {
    this.#path = path;
    this.#table = new LmdbTable(openSpoolDatabase(path, true));
  }

  async put(key: SpoolKey, record: Buffer): Promise<void> {
    this.#puts.push([key, record]);
    this.#bytes += record.length;
    if (this.#bytes > FLUSH_BYTES) await this.#flush();
  }

  async close(): Promise<void> {
    await this.#flush();
    await this.#table.close();
    const file = openSync(this.#path, 'r+');
    fsyncSync(file);
    closeSync(file);
  }

  async #flush(): Promise<void> {
    const puts = this.#puts;
    this.#puts = [];
    this.#bytes = 0;
    if (this.failure === undefined) await this.#table.write(puts, []).catch((error) => (this.failure = error));
  }
}
