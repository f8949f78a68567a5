import type pg from 'pg';
import type { SealedBlock } from '../sealed/index.ts';
import { insertBlocks } from '../sealed/insert-blocks.ts';

/** An eighth of a megabyte. */
const BLOCKS_A_STATEMENT = 16;

/** Writes blocks inside the caller's transaction, some at a time. */
export class BlockWriter {
  readonly #client: pg.ClientBase;
  #waiting: SealedBlock[] = [];

  constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  async write(blocks: readonly SealedBlock[]): Promise<void> {
    this.#waiting.push(...blocks);
    while (this.#waiting.length >= BLOCKS_A_STATEMENT) {
      await this.#client.query(insertBlocks(this.#waiting.splice(0, BLOCKS_A_STATEMENT)));
    }
  }

  async flush(): Promise<void> {
    const blocks = this.#waiting;
    this.#waiting = [];
    if (blocks.length > 0) await this.#client.query(insertBlocks(blocks));
  }

  /** Forgets what was not written yet. */
  discard(): void {
    this.#waiting = [];
  }
}
