import type pg from 'pg';
import type { SealedBlock } from '../sealed/index.ts';
import { insertBlocks } from '../sealed/insert-blocks.ts';

/** An eighth of a megabyte. */
const BLOCKS_A_STATEMENT = 16;

/** Writes blocks inside the caller's transaction, some at a time, while the next are being packed. */
export class BlockWriter {
  readonly #client: pg.ClientBase;
  #waiting: SealedBlock[] = [];
  /** The last statement; what it fails with is thrown by the next call. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  /** Resolves when those before are written. */
  async write(blocks: readonly SealedBlock[]): Promise<void> {
    this.#waiting.push(...blocks);
    while (this.#waiting.length >= BLOCKS_A_STATEMENT) await this.#insert(this.#waiting.splice(0, BLOCKS_A_STATEMENT));
  }

  /** Resolves when all are written. */
  async flush(): Promise<void> {
    const blocks = this.#waiting;
    this.#waiting = [];
    if (blocks.length > 0) await this.#insert(blocks);
    await this.#writing;
  }

  /** The connection is free for other statements then. */
  async pause(): Promise<void> {
    await this.#writing;
  }

  /** Forgets what was not written yet. */
  async discard(): Promise<void> {
    this.#waiting = [];
    await this.#writing;
  }

  async #insert(blocks: readonly SealedBlock[]): Promise<void> {
    await this.#writing;
    this.#writing = this.#client.query(insertBlocks(blocks));
    // Whoever waits for it hears of it.
    this.#writing.catch(() => {});
  }
}
