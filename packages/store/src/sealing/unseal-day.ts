import { type DecimalText, type EpochMicros, formatMicros, type SequencedTick } from '@tickwatch/core';
import type pg from 'pg';
import { type ConnectionSettings, closeClient, openClient } from '../pg-connection.ts';
import { DamagedBlockError, decodeBlock, priceText, type SealedBlock } from '../sealed/index.ts';
import {
  BEGIN_UNSEALING,
  DAY_BLOCKS,
  DELETE_BLOCKS,
  finishUnsealing,
  GIVE_UP_BLOCK,
  IS_SEALED,
  KEEP_ROLLUPS,
  RANKED_BLOCKS,
} from '../statements/seal-statements.ts';
import { inIndexOrder } from '../write/index-order.ts';
import { copyTicks } from '../write/store-ticks.ts';
import { blocksOf } from './block-cursor.ts';
import { tryToNoteDamage } from './check-day.ts';
import { ImportOrigins } from './import-origins.ts';
import { withLockTries } from './lock-tries.ts';
import { RankSeqs } from './rank-seqs.ts';
import { renewView } from './seal-day.ts';
import { takeTurn } from './seal-session.ts';

export interface UnsealOptions {
  /** True: what damaged blocks held is given up. */
  readonly skipDamaged?: boolean;
  readonly onProgress?: (ticks: number) => void;
}

export interface Unsealed {
  readonly day: string;
  readonly ticks: number;
  /** What each damaged block said, with how many ticks it held: those are lost, and `gaps` has them as holes. */
  readonly damaged: readonly { readonly message: string; readonly ticks: number }[];
}

/** A day can't be unsealed; the message says why. Nothing was changed. */
export class UnsealError extends Error {
  readonly code = 'UNSEAL';
  override readonly name = 'UnsealError';
}

/** A day of fewer ticks goes to where late ticks lie. */
const MIN_TICKS_FOR_A_PARTITION = 1000;
const TICKS_A_COPY = 50_000;

/**
 * Puts a day's ticks back where they can be changed, in one transaction with the end of its blocks; rollups stay as they are.
 * @throws UnsealError it is not sealed, or has damaged blocks; SealingTurnError
 */
export async function unsealDay(
  settings: ConnectionSettings,
  day: string,
  { skipDamaged = false, onProgress = () => {} }: UnsealOptions = {},
): Promise<Unsealed> {
  const client = await openClient({ ...settings, isUnlimited: true });
  try {
    await takeTurn(client);
    const { rows } = await client.query<{ ticks: string }>(IS_SEALED, [day]);
    if (rows[0] === undefined) throw new UnsealError(`${day} is not sealed`);
    await client.query(KEEP_ROLLUPS);
    const table = await tableFor(client, day, Number(rows[0].ticks));
    const unpacking = new Unpacking(client, table, await rankSeqs(client, day), onProgress);
    for await (const block of blocksOf(client, DAY_BLOCKS, [day])) await unpacking.add(block);
    await unpacking.end();
    const { damaged, ticks } = unpacking;
    if (damaged.length > 0 && !skipDamaged) {
      await tryToNoteDamage(settings, day);
      throw new UnsealError(damaged.map(({ message }) => message).join('\n'));
    }
    for (const { block, message } of damaged) await giveUp(client, block, message);
    await client.query(DELETE_BLOCKS, [day]);
    await client.query('SAVEPOINT finishing');
    await withLockTries(
      (timeout) => client.query(`SET LOCAL lock_timeout = ${timeout}; ${finishUnsealing(day)}; COMMIT`),
      () => client.query('ROLLBACK TO SAVEPOINT finishing'),
    );
    await renewView(client);
    return { day, ticks, damaged: damaged.map(({ block, message }) => ({ message, ticks: block.count })) };
  } finally {
    await closeClient(client);
  }
}

async function rankSeqs(client: pg.ClientBase, day: string): Promise<RankSeqs> {
  const seqs = new RankSeqs(await ImportOrigins.ofDay(client, day));
  for await (const block of blocksOf(client, RANKED_BLOCKS, [day])) {
    try {
      seqs.learn(block);
    } catch (error) {
      // Who unpacks it says so.
      if (!(error instanceof DamagedBlockError)) throw error;
    }
  }
  return seqs;
}

async function tableFor(client: pg.ClientBase, day: string, ticks: number): Promise<string> {
  if (ticks < MIN_TICKS_FOR_A_PARTITION) return 'late_prices';
  const { rows } = await client.query<{ partition: string }>(BEGIN_UNSEALING, [day]);
  return rows[0]?.partition ?? 'late_prices';
}

async function giveUp(client: pg.ClientBase, block: SealedBlock, message: string): Promise<void> {
  const { stock, exchange, firstTime, lastTime, count } = block;
  const times = [firstTime, lastTime].map(formatMicros);
  await client.query(GIVE_UP_BLOCK, [stock, exchange, ...times, count, message]);
}

/** Blocks on their way into a table. */
class Unpacking {
  ticks = 0;
  readonly damaged: { readonly block: SealedBlock; readonly message: string }[] = [];
  readonly #client: pg.ClientBase;
  readonly #table: string;
  readonly #seqs: RankSeqs;
  readonly #onProgress: (ticks: number) => void;
  #waiting: SequencedTick[] = [];

  constructor(client: pg.ClientBase, table: string, seqs: RankSeqs, onProgress: (ticks: number) => void) {
    this.#client = client;
    this.#table = table;
    this.#seqs = seqs;
    this.#onProgress = onProgress;
  }

  async add(block: SealedBlock): Promise<void> {
    try {
      for (const tick of ticksOf(block, this.#seqs)) this.#waiting.push(tick);
    } catch (error) {
      if (!(error instanceof DamagedBlockError)) throw error;
      this.damaged.push({ block, message: error.message });
    }
    if (this.#waiting.length >= TICKS_A_COPY) await this.end();
  }

  /** Writes what waits. */
  async end(): Promise<void> {
    const ticks = this.#waiting;
    this.#waiting = [];
    if (ticks.length > 0) await copyTicks(this.#client, this.#table, inIndexOrder(ticks));
    this.ticks += ticks.length;
    this.#onProgress(this.ticks);
  }
}

/** @param rankSeqs numbers of ticks that have a rank and no number @throws DamagedBlockError */
export function ticksOf(block: SealedBlock, rankSeqs?: RankSeqs): readonly SequencedTick[] {
  const ticks = decodeBlock(block);
  const { count, times, prices } = ticks;
  const seqs = rankSeqs?.of(block, ticks) ?? ticks.seqs;
  const { stock, exchange } = block;
  return Array.from({ length: count }, (_, i) => ({
    stock,
    exchange,
    price: priceText(prices, i) as DecimalText,
    time: times[i] as EpochMicros,
    seq: seqs[i] as number,
  }));
}
