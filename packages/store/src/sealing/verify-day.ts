import type pg from 'pg';
import { type BlockKey, DamagedBlockError, decodeBlock } from '../sealed/index.ts';
import { COUNTS_OF_DAY, DAY_BLOCKS } from '../statements/seal-statements.ts';
import { blocksOf } from './block-cursor.ts';
import { noteDamage } from './check-day.ts';

export interface SealedCheck {
  readonly ticks: number;
  readonly blocks: number;
  /** For a person, one sentence each: damaged blocks, and counts that are not those of the rollups. */
  readonly problems: readonly string[];
}

interface CountRow {
  readonly stock_name: string;
  readonly exchange_name: string;
  readonly should: string;
  readonly beside: string;
}

/**
 * Unpacks every block of a day, in one snapshot, and compares how many ticks there are with the day's rollups. Notes which blocks
 * are damaged, and which are so no longer, for everybody.
 */
export async function verifySealedDay(client: pg.ClientBase, day: string): Promise<SealedCheck> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const problems: string[] = [];
  const counts = new Map<string, { readonly key: BlockKey; count: number }>();
  let [ticks, blocks] = [0, 0];
  for await (const block of blocksOf(client, DAY_BLOCKS, [day])) {
    blocks++;
    try {
      const { count } = decodeBlock(block);
      ticks += count;
      const known = counts.get(keyOf(block)) ?? { key: block, count: 0 };
      known.count += count;
      counts.set(keyOf(block), known);
    } catch (error) {
      if (!(error instanceof DamagedBlockError)) throw error;
      problems.push(error.message);
    }
  }
  const { rows } = await client.query<CountRow>(COUNTS_OF_DAY, [day]);
  for (const { stock_name: stock, exchange_name: exchange, should, beside } of rows) {
    const packed = counts.get(keyOf({ stock, exchange }))?.count ?? 0;
    counts.delete(keyOf({ stock, exchange }));
    if (packed + Number(beside) === Number(should)) continue;
    const is = `${packed} ticks in blocks and ${beside} beside`;
    problems.push(`${stock} on ${exchange}, ${day}: ${is}, but its rollups count ${should}`);
  }
  for (const { key, count } of counts.values()) {
    problems.push(`${key.stock} on ${key.exchange}, ${day}: ${count} ticks in blocks, but it has no rollup`);
  }
  await client.query('COMMIT');
  await noteDamage(client, day);
  return { ticks, blocks, problems };
}

function keyOf({ stock, exchange }: BlockKey): string {
  return `${exchange}\0${stock}`;
}
