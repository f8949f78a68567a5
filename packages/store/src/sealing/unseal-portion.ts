import { formatMicros } from '@tickwatch/core';
import type pg from 'pg';
import { decodeBlock, type SealedBlock } from '../sealed/index.ts';
import {
  BLOCKS_BETWEEN,
  DELETE_BLOCK,
  FOLLOW_ROLLUPS,
  HOLD_SEALED_DAYS,
  KEEP_ROLLUPS,
  UPDATE_SEALED_DAY,
} from '../statements/seal-statements.ts';
import { copyTicks } from '../write/store-ticks.ts';
import { blocksOf } from './block-cursor.ts';
import { sumBlocks } from './seal-day.ts';
import { ticksOf } from './unseal-day.ts';

/** How the ticks of a portion of an import are found. */
export interface PortionKey {
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** As PostgreSQL writes times; `null`: it has no ticks. */
  readonly from: string | null;
  readonly to: string | null;
  /** `null`: too many to list. */
  readonly stocks: readonly string[] | null;
}

/**
 * Puts the blocks that hold ticks of a portion where late ticks lie, inside the caller's transaction; rollups stay as they
 * are. The next sealing takes in what is left of them.
 * @throws DamagedBlockError a block may hold some, and can't be read
 */
export async function unsealPortion(client: pg.ClientBase, key: PortionKey): Promise<void> {
  const { from, to, stocks } = key;
  if (from === null || to === null) return;
  await client.query(HOLD_SEALED_DAYS);
  await client.query(KEEP_ROLLUPS);
  const days = new Set<string>();
  for await (const block of blocksOf(client, BLOCKS_BETWEEN, [from, to, stocks])) {
    if (!holdsSome(block, key)) continue;
    const { stock, exchange, firstTime, place } = block;
    const { rowCount } = await client.query(DELETE_BLOCK, [stock, exchange, formatMicros(firstTime), place]);
    if (rowCount !== 1) throw new Error(`block ${place} of ${stock} on ${exchange} went while it was read`);
    await copyTicks(client, 'late_prices', ticksOf(block).toReversed());
    days.add(formatMicros(firstTime).slice(0, 10));
  }
  for (const day of days) {
    const { ticks, blocks, bytes } = await sumBlocks(client, day);
    await client.query(UPDATE_SEALED_DAY, [day, ticks, blocks, bytes]);
  }
  await client.query(FOLLOW_ROLLUPS);
}

function holdsSome(block: SealedBlock, { firstSeq, lastSeq }: PortionKey): boolean {
  return decodeBlock(block).seqs.some((seq) => seq >= firstSeq && seq <= lastSeq);
}
