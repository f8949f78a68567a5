import type { EpochMicros, RejectionReason } from '@tickwatch/core';
import type pg from 'pg';
import { Parameters } from './reader/sql/parameters.ts';
import { withLockTries } from './sealing/lock-tries.ts';
import {
  DELETE_REJECTED_COUNTS,
  DELETE_REJECTED_MESSAGES,
  DELETE_REJECTED_TOTALS,
  LAST_REJECTED,
  LOCK_REJECTED_TOTALS,
} from './statements/rejected-statements.ts';

/** Which messages; every bound is optional, times are inclusive. */
export interface RejectedSelection {
  readonly exchange?: string | undefined;
  readonly reason?: RejectionReason | undefined;
  /** When they were received. */
  readonly from?: EpochMicros | undefined;
  readonly until?: EpochMicros | undefined;
}

export interface ClearedRejected {
  /** Messages that were kept. */
  readonly messages: number;
  /** How many the totals told of that begin anew. */
  readonly counted: number;
  /** `false`: the deadline came first, and there are more. */
  readonly complete: boolean;
}

/** Rows that one statement deletes: about a second of work. */
const ROWS_A_DELETE = 50_000;
/** Ten seconds of work, at most, for whoever waits for an answer. */
const DEADLINE_MS = 10_000;
/** Storing waits while the counts are deleted; they go when a batch that holds them is done. */
const LOCK_TRIES = 8;

/**
 * Deletes messages, part by part, and behind the last of them their counts: unless times are given, because totals know no
 * times. No message that stays, or comes meanwhile, is without its count.
 */
export async function clearRejected(
  client: pg.ClientBase,
  selection: RejectedSelection,
  deadlineMs = DEADLINE_MS,
): Promise<ClearedRejected> {
  const deadline = performance.now() + deadlineMs;
  const { rows } = await client.query<{ last: string }>(LAST_REJECTED);
  const last = rows[0]?.last ?? '0';
  let messages = 0;
  for (let after: string | null = '0'; after !== null; ) {
    const part = await deletePart(client, selection, after, last);
    messages += part.deleted;
    after = part.deleted < ROWS_A_DELETE ? null : part.last;
    if (after !== null && performance.now() > deadline) return { messages, counted: 0, complete: false };
  }
  if (selection.from !== undefined || selection.until !== undefined) return { messages, counted: 0, complete: true };
  const end = await withLockTries(
    (timeoutMs) => clearCounts(client, selection, timeoutMs),
    () => client.query('ROLLBACK'),
    { tries: LOCK_TRIES },
  );
  return { messages: messages + end.messages, counted: end.counted, complete: true };
}

async function deletePart(
  client: pg.ClientBase,
  selection: RejectedSelection,
  after: string,
  last: string,
): Promise<{ readonly deleted: number; readonly last: string | null }> {
  const parameters = new Parameters();
  const only = conditions(parameters, selection);
  const between = `id > ${parameters.add(after, 'bigint')} AND id <= ${parameters.add(last, 'bigint')}`;
  const limit = parameters.add(ROWS_A_DELETE, 'int');
  const text = DELETE_REJECTED_MESSAGES(`${only} AND ${between} ORDER BY id LIMIT ${limit}`);
  const { rows } = await client.query<{ deleted: string; last: string | null }>(text, parameters.values);
  return { deleted: Number(rows[0]?.deleted ?? 0), last: rows[0]?.last ?? null };
}

/** With what came since the parts were deleted. Whoever stores a message counts it under the same lock. */
async function clearCounts(
  client: pg.ClientBase,
  { exchange, reason }: RejectedSelection,
  timeoutMs: number,
): Promise<{ readonly messages: number; readonly counted: number }> {
  const parameters = new Parameters();
  const only = conditions(parameters, { exchange, reason });
  const { values } = parameters;
  await client.query(`BEGIN; SET LOCAL lock_timeout = '${timeoutMs}ms'; ${LOCK_REJECTED_TOTALS}`);
  const deleted = await client.query<{ deleted: string }>(DELETE_REJECTED_MESSAGES(only), values);
  await client.query(DELETE_REJECTED_COUNTS(only), values);
  const counted = await client.query<{ counted: string }>(DELETE_REJECTED_TOTALS(only), values);
  await client.query('COMMIT');
  return { messages: Number(deleted.rows[0]?.deleted ?? 0), counted: Number(counted.rows[0]?.counted ?? 0) };
}

function conditions(parameters: Parameters, { exchange, reason, from, until }: RejectedSelection): string {
  return [
    'true',
    ...(exchange === undefined ? [] : [`exchange_name = ${parameters.add(exchange, 'text')}`]),
    ...(reason === undefined ? [] : [`reason = ${parameters.add(reason, 'text')}`]),
    ...(from === undefined ? [] : [`received_at >= ${parameters.time(from)}`]),
    ...(until === undefined ? [] : [`received_at <= ${parameters.time(until)}`]),
  ].join(' AND ');
}
