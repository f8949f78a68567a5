import type { CalendarOf, EpochMicros, LaneName } from '@tickwatch/core';
import type pg from 'pg';
import { BinaryCopy } from './binary-copy.ts';
import { type DatabaseHead, HEAD_COLUMNS, readHead } from './database-head.ts';
import { plansAnew } from './kept-plans.ts';
import { noMinutesOf } from './no-minutes.ts';
import type { NoMinutes } from './range-plan.ts';
import { ask, type ReadConnection, type Row } from './read-pool.ts';
import type { Statement } from './statement.ts';
import { askTails } from './tail/combined-tail.ts';
import type { GuardedTail } from './tail/guarded-tail.ts';
import { joinTail, type LaneTick, type UsableTail } from './tail/usable-tail.ts';
import { BlockReading } from './ticks/block-reading.ts';
import type { DamagedBlocks } from './ticks/damaged-blocks.ts';

/** How far an answer reaches. */
export interface Reach {
  /** Seq reached per lane: every tick up to it is in the answer. */
  readonly position: ReadonlyMap<LaneName, number>;
  /** False: of some lane the newest ticks could not be asked for; what is committed is there. */
  readonly tailComplete: boolean;
  /** Single ticks before this are no longer kept; `undefined`: all are. */
  readonly rawFrom: EpochMicros | undefined;
}

/** What is known beside the rows: how far the answer reaches, and ticks that are received and not in the rows, in no order. */
export interface Known {
  readonly reach: Reach;
  readonly tail: readonly LaneTick[];
  readonly lanes: KnownLanes;
  readonly calendarOf: CalendarOf;
  /** Where minutes may not be there, and single ticks are. */
  readonly noMinutes: NoMinutes | undefined;
}

/** What is known of lanes: how far the database has them, and what their leaders say. */
export interface KnownLanes extends Pick<UsableTail, 'usable' | 'wanted' | 'holes'> {
  readonly committed: DatabaseHead['committed'];
  /** Of an exchange's lanes the database has one in so many. */
  readonly nodes: number;
}

/** One moment of the database, joined with the ticks after it. */
export interface Snapshot extends Known {
  readonly head: DatabaseHead;
  readonly client: pg.PoolClient;
  readonly blocks: BlockReading;
  rows(statement: Statement): Promise<readonly Row[]>;
  /** @param text `COPY … TO STDOUT (FORMAT binary)` of a few rows */
  copied(text: string): BinaryCopy;
}

// Locked before the snapshot is taken: a partition that is dropped later than that would be missing in it.
const BEGIN = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;';
const OPEN = `LOCK TABLE ONLY day_prices IN ACCESS SHARE MODE;
  SELECT ${HEAD_COLUMNS.join(', ')}`;

/**
 * Opens a snapshot on a connection, and asks for the tail of what it has committed. The order matters: a tick that is
 * committed in between is still in the tail.
 * @param stock whose tail is wanted; `undefined`: every stock's; `false`: none
 */
export async function openSnapshot(
  connection: ReadConnection,
  tails: readonly GuardedTail[],
  stock: string | undefined | false,
  calendarOf: CalendarOf,
  damaged: DamagedBlocks,
): Promise<Snapshot> {
  const opened = await ask(connection, { text: `${BEGIN} ${plansAnew(connection)} ${OPEN}`, values: [] });
  const [row = {}] = opened.at(-1) ?? [];
  const head = readHead(row);
  const reply = stock === false ? undefined : await askTails(tails, stock, head.committed);
  return {
    ...knownOf(head, joinTail(head.committed, reply), calendarOf),
    head,
    client: connection.client,
    blocks: new BlockReading(damaged),
    async rows(statement) {
      return (await ask(connection, statement))[0] ?? [];
    },
    copied: (text) => connection.client.query(new BinaryCopy(text, connection.answerTimeoutMs)),
  };
}

export function knownOf(
  { rawFrom, committed, minutesFrom, nodes }: Omit<DatabaseHead, 'sealedUntil'>,
  tail: UsableTail,
  calendarOf: CalendarOf,
): Known {
  const { position, complete, ticks, usable, wanted, holes } = tail;
  return {
    reach: { position, tailComplete: complete, rawFrom },
    tail: ticks,
    lanes: { committed, usable, wanted, holes, nodes },
    calendarOf,
    noMinutes: noMinutesOf({ rawFrom, minutesFrom }),
  };
}
