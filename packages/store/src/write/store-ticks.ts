import {
  type EpochMicros,
  encodeMessage,
  formatMicros,
  MICROS_PER_DAY,
  type SequencedTick,
  type Tick,
} from '@tickwatch/core';
import type pg from 'pg';
import {
  copyTicksInto,
  MERGE_ROLLUP_PORTIONS,
  MERGE_ROLLUPS,
  PARTITIONS_OF_DAYS,
} from '../statements/write-statements.ts';
import { describe, isContentError } from '../store-errors.ts';
import type { RejectedMessage } from '../tick-store.ts';
import { binaryRows } from './binary-rows.ts';
import { copyIn } from './copy-in.ts';
import { inIndexOrder } from './index-order.ts';
import { type MinuteRollup, MinuteRollups } from './minute-rollups.ts';

/** A tick that PostgreSQL refused for its content, and what it said. */
export interface RefusedTick {
  readonly tick: SequencedTick;
  readonly detail: string;
}

const ROLLUPS_A_PORTION = 5000;

/**
 * Writes ticks and their rollups, inside the caller's transaction (begun with BEGIN_WRITING).
 *
 * Each day goes straight into its partition: COPY into a partitioned table that has a statement trigger can't insert
 * many rows at a time and takes a fifth longer. Ticks of days without a partition are late.
 * @returns the ticks that PostgreSQL refused; all others are stored
 */
export async function storeTicks(
  client: pg.ClientBase,
  ticks: readonly SequencedTick[],
): Promise<readonly RefusedTick[]> {
  const days = ticksByDay(ticks);
  const { rows } = await client.query<{ day: string; partition: string }>(PARTITIONS_OF_DAYS, [[...days.keys()]]);
  const partitions = new Map(rows.map((row) => [row.day, row.partition]));
  const refused: RefusedTick[] = [];
  const rollups = new MinuteRollups();
  for (const [day, ofDay] of days) {
    await copyOrBisect(client, partitions.get(day) ?? 'late_prices', inIndexOrder(ofDay), rollups, refused);
  }
  await mergeRollups(client, rollups);
  return refused;
}

/** How a refused tick is kept: as the message it would have been. */
export function asRejected({ tick, detail }: RefusedTick, receivedAt: EpochMicros): RejectedMessage {
  const payload = Buffer.from(encodeMessage(tick.stock, tick.price, tick.time));
  return { exchange: tick.exchange, payload, receivedAt, reason: 'refused_by_database', detail };
}

/** Ticks by their day (UTC, YYYY-MM-DD), each day's in the given order. */
export function ticksByDay<T extends Tick>(ticks: readonly T[]): Map<string, readonly T[]> {
  const days = new Map<number, T[]>();
  let end = Number.NEGATIVE_INFINITY;
  let begin = Number.POSITIVE_INFINITY;
  let current: T[] = [];
  for (const tick of ticks) {
    if (tick.time < begin || tick.time >= end) {
      const day = Math.floor(tick.time / MICROS_PER_DAY);
      begin = day * MICROS_PER_DAY;
      end = begin + MICROS_PER_DAY;
      current = days.get(day) ?? [];
      days.set(day, current);
    }
    current.push(tick);
  }
  return new Map(
    [...days].map(([day, list]) => [formatMicros((day * MICROS_PER_DAY) as EpochMicros).slice(0, 10), list]),
  );
}

/**
 * One COPY of ticks in the order of {@link inIndexOrder}; where PostgreSQL refuses it for its content, halves of it,
 * down to the ticks that are at fault.
 */
async function copyOrBisect(
  client: pg.ClientBase,
  table: string,
  ticks: readonly SequencedTick[],
  rollups: MinuteRollups,
  refused: RefusedTick[],
): Promise<void> {
  await client.query('SAVEPOINT portion');
  try {
    await copyTicks(client, table, ticks);
  } catch (error) {
    if (!isContentError(error)) throw error;
    // Released too: savepoints that stay open would nest, one for every refused tick.
    await client.query('ROLLBACK TO SAVEPOINT portion; RELEASE SAVEPOINT portion');
    if (ticks.length === 1) {
      refused.push({ tick: ticks[0] as SequencedTick, detail: describe(error) });
      return;
    }
    const middle = ticks.length >> 1;
    await copyOrBisect(client, table, ticks.slice(0, middle), rollups, refused);
    await copyOrBisect(client, table, ticks.slice(middle), rollups, refused);
    return;
  }
  await client.query('RELEASE SAVEPOINT portion');
  // Backwards they are in order of time, stock by stock, which is the short way to rollups.
  rollups.add(ticks.toReversed());
}

/** One COPY of ticks as they are, without their rollups. */
export async function copyTicks(client: pg.ClientBase, table: string, ticks: readonly SequencedTick[]): Promise<void> {
  await copyIn(client, copyTicksInto(table), binaryRows(ticks));
}

async function mergeRollups(client: pg.ClientBase, rollups: MinuteRollups): Promise<void> {
  const rows = rollups.rows();
  if (rows.length === 0) return;
  if (rows.length <= ROLLUPS_A_PORTION) {
    await client.query(MERGE_ROLLUPS, [JSON.stringify(rows)]);
    return;
  }
  // Portions in one order, so that two writers meet the same stocks alike.
  const ordered = rows.toSorted(byStock);
  const portions: string[] = [];
  for (let i = 0; i < ordered.length; i += ROLLUPS_A_PORTION) {
    portions.push(JSON.stringify(ordered.slice(i, i + ROLLUPS_A_PORTION)));
  }
  await client.query(MERGE_ROLLUP_PORTIONS, [portions]);
}

function byStock(a: MinuteRollup, b: MinuteRollup): number {
  return a.stock_name < b.stock_name ? -1 : a.stock_name > b.stock_name ? 1 : 0;
}
