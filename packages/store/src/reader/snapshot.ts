import type { EpochMicros, SequencedTick } from '@tickwatch/core';
import type pg from 'pg';
import { translateReadError } from './read-errors.ts';
import { type ReadConnection, timed, toMicros } from './read-pool.ts';
import type { GuardedTail } from './tail/guarded-tail.ts';
import { joinTail } from './tail/usable-tail.ts';

/** How far an answer reaches. */
export interface Reach {
  /** Seq reached per exchange: every tick up to it is in the answer. */
  readonly position: ReadonlyMap<string, number>;
  /** False: for some exchange the newest ticks could not be asked for; what is committed is there. */
  readonly tailComplete: boolean;
  /** Single ticks before this are no longer kept; `undefined`: all are. */
  readonly rawFrom: EpochMicros | undefined;
}

export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

export type Row = Readonly<Record<string, string | null>>;

/** One moment of the database, joined with the ticks after it. */
export interface Snapshot {
  readonly reach: Reach;
  /** Ticks that are received and not in this snapshot, in no order. */
  readonly tail: readonly SequencedTick[];
  readonly client: pg.PoolClient;
  rows(statement: Statement): Promise<readonly Row[]>;
}

const OPEN = `
  BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
  SELECT exchange_name, seq::text AS seq FROM ingest_positions;
  SELECT ${toMicros('raw_from')} AS raw_from FROM raw_retention WHERE isfinite(raw_from)`;

/**
 * Opens a snapshot on a connection, and asks for the tail of what it has committed. The order matters: a tick that is
 * committed in between is still in the tail.
 * @param stock whose tail is wanted; `undefined`: every stock's; `false`: none
 */
export async function openSnapshot(
  { client, answerTimeoutMs }: ReadConnection,
  guarded: GuardedTail | undefined,
  stock: string | undefined | false,
): Promise<Snapshot> {
  const opened = await query<pg.QueryResult<Row>[]>(
    client.query(timed({ text: OPEN, values: [] }, answerTimeoutMs)) as unknown as Promise<pg.QueryResult<Row>[]>,
  );
  const committed = new Map((opened[1]?.rows ?? []).map((row) => [row.exchange_name ?? '', Number(row.seq)]));
  const rawFrom = opened[2]?.rows[0]?.raw_from;
  const reply = stock === false ? undefined : await guarded?.tail(stock, committed);
  const joined = joinTail(committed, reply);
  return {
    reach: {
      position: joined.position,
      tailComplete: joined.complete,
      rawFrom: rawFrom === undefined || rawFrom === null ? undefined : (Number(rawFrom) as EpochMicros),
    },
    tail: joined.ticks,
    client,
    async rows(statement) {
      return (await query(client.query<Row>(timed(statement, answerTimeoutMs)))).rows;
    },
  };
}

async function query<T>(running: Promise<T>): Promise<T> {
  try {
    return await running;
  } catch (error) {
    throw translateReadError(error);
  }
}
