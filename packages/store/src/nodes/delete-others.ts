import { nodeOfStock } from '@tickwatch/core';
import type pg from 'pg';
import {
  BEGIN_DELETING,
  DAYS_SEALED,
  DELETE_COMMON,
  DELETE_LANES_OF_OTHERS,
  DELETE_STOCKS,
  FORGET_MEMBERS,
  VACUUM_DIVIDED,
} from '../statements/node-statements.ts';
import { SUM_BLOCKS, UPDATE_SEALED_DAY } from '../statements/seal-statements.ts';
import { isAnswer } from '../store-errors.ts';
import type { NodeClient, StockSize } from './node-client.ts';

/** How far the deleting of what is other nodes' is. */
export interface DivideProgress {
  readonly node: number;
  readonly stocks: number;
  readonly ofStocks: number;
  readonly ticks: number;
  readonly ofTicks: number;
}

/** Ticks that one transaction deletes, about: a stock goes whole. */
const TICKS_AT_ONCE = 1_000_000;
const STOCKS_AT_ONCE = 200;

/**
 * Deletes from a copy what other nodes have. Each transaction takes some stocks away wholly (ticks, blocks, rollups, totals), so
 * that it may be cut at any time and begun again.
 */
export async function deleteOthers(
  node: NodeClient,
  count: number,
  onProgress: (progress: DivideProgress) => void,
): Promise<void> {
  const { client, index } = node;
  const sizes = (await node.stockSizes()).filter(({ stock }) => nodeOfStock(stock, count) !== index);
  const ofTicks = ticksOf(sizes);
  let [stocks, ticks] = [0, 0];
  for (const some of portions(sizes)) {
    const names = some.map(({ stock }) => stock);
    await inTransaction(client, BEGIN_DELETING, async () => {
      for (const statement of DELETE_STOCKS) await client.query(statement, [names]);
    });
    stocks += some.length;
    ticks += ticksOf(some);
    onProgress({ node: index, stocks, ofStocks: sizes.length, ticks, ofTicks });
  }
  await inTransaction(client, 'BEGIN', async () => {
    for (const statement of DELETE_LANES_OF_OTHERS) await client.query(statement, [index, count]);
    for (const statement of index === 0 ? [] : DELETE_COMMON) await client.query(statement);
    await client.query(FORGET_MEMBERS);
  });
  await countSealedDays(client);
  for (const statement of VACUUM_DIVIDED) await client.query(statement);
}

/** What a sealed day is said to hold is what its blocks hold now. */
async function countSealedDays(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ day: string }>(DAYS_SEALED);
  for (const { day } of rows) {
    const found = (await client.query<{ ticks: string; blocks: number; bytes: string }>(SUM_BLOCKS, [day])).rows[0];
    if (found !== undefined) await client.query(UPDATE_SEALED_DAY, [day, found.ticks, found.blocks, found.bytes]);
  }
}

function* portions(sizes: readonly StockSize[]): Generator<readonly StockSize[]> {
  let some: StockSize[] = [];
  for (const size of sizes) {
    if (some.length === STOCKS_AT_ONCE || (some.length > 0 && ticksOf([...some, size]) > TICKS_AT_ONCE)) {
      yield some;
      some = [];
    }
    some.push(size);
  }
  if (some.length > 0) yield some;
}

function ticksOf(sizes: readonly StockSize[]): number {
  return sizes.reduce((sum, { ticks }) => sum + ticks, 0);
}

async function inTransaction(client: pg.Client, begin: string, work: () => Promise<void>): Promise<void> {
  await client.query(begin);
  try {
    await work();
    await client.query('COMMIT');
  } catch (error) {
    if (isAnswer(error)) await client.query('ROLLBACK');
    throw error;
  }
}
