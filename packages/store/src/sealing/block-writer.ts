import type pg from 'pg';
import { BLOCK_COPY, blockCopyRows } from '../sealed/block-copy.ts';
import type { SealedBlock } from '../sealed/index.ts';
import { copyIn } from '../write/copy-in.ts';

const BLOCKS_A_COPY = 256;

/** Writes blocks inside the caller's transaction, some at a time. */
export class BlockWriter {
  readonly #client: pg.ClientBase;
  #waiting: SealedBlock[] = [];

  constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  async write(blocks: readonly SealedBlock[]): Promise<void> {
    this.#waiting.push(...blocks);
    if (this.#waiting.length >= BLOCKS_A_COPY) await this.flush();
  }

  async flush(): Promise<void> {
    const blocks = this.#waiting;
    this.#waiting = [];
    if (blocks.length > 0) await copyIn(this.#client, BLOCK_COPY, blockCopyRows(blocks));
  }

  /** Forgets what was not written yet. */
  discard(): void {
    this.#waiting = [];
  }
}
