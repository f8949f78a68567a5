import type pg from 'pg';
import { type BlockRow, readBlockRow, type SealedBlock } from '../sealed/index.ts';
import { CLOSE_BLOCKS, fetchBlocks } from '../statements/seal-statements.ts';

/** A quarter of a megabyte. */
const BLOCKS_A_FETCH = 16;

/**
 * The blocks of a cursor named `blocks`, a few in memory at a time. One at once in a transaction; it doesn't see what is
 * changed behind its beginning.
 * @param declare a statement that declares it
 */
export async function* blocksOf(
  client: pg.ClientBase,
  declare: string,
  values: readonly unknown[],
): AsyncGenerator<SealedBlock> {
  await client.query(declare, [...values]);
  for (;;) {
    const { rows } = await client.query<BlockRow>(fetchBlocks(BLOCKS_A_FETCH));
    yield* rows.map(readBlockRow);
    if (rows.length < BLOCKS_A_FETCH) break;
  }
  await client.query(CLOSE_BLOCKS);
}
