import { type EpochMicros, MAX_REJECTED_CHARACTERS, REJECTION_REASONS, type RejectionReason } from '@tickwatch/core';
import { type Row, toMicros } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { Parameters } from '../sql/parameters.ts';
import type { Statement } from '../statement.ts';

export interface RejectedQuestion {
  readonly exchange?: string | undefined;
  readonly reason?: RejectionReason | undefined;
  readonly limit: number;
  /** Only messages with a lower id. */
  readonly before?: number | undefined;
}

export interface RejectedTotal {
  readonly exchange: string;
  readonly reason: string;
  readonly count: number;
  readonly firstAt: EpochMicros;
  readonly lastAt: EpochMicros;
}

export interface RejectedRow {
  readonly id: number;
  readonly receivedAt: EpochMicros;
  readonly exchange: string;
  readonly reason: string;
  readonly detail: string;
  /** How it begins. */
  readonly message: string;
  readonly bytes: number;
}

export interface RejectedOverview {
  /** The most first. */
  readonly totals: readonly RejectedTotal[];
  /** Newest first. */
  readonly messages: readonly RejectedRow[];
}

/** Counts, and the newest messages that are kept; costs the same however many there are. */
export async function askRejected(snapshot: Snapshot, question: RejectedQuestion): Promise<RejectedOverview> {
  const totals = await snapshot.rows(totalsStatement(question));
  const messages = question.limit === 0 ? [] : await snapshot.rows(messagesStatement(question));
  return { totals: totals.map(readTotal), messages: messages.map(readMessage) };
}

/** A place among messages by time, then id: behind such a one. */
export interface RejectedPlace {
  readonly time: EpochMicros;
  readonly id: number;
}

/**
 * As {@link askRejected}, of one of several databases: messages by time, as ids of several tell nothing of each other. Looks at all
 * that are kept.
 */
export async function askRejectedByTime(
  snapshot: Snapshot,
  question: Omit<RejectedQuestion, 'before'>,
  behind: RejectedPlace | undefined,
): Promise<RejectedOverview> {
  const totals = await snapshot.rows(totalsStatement(question));
  if (question.limit === 0) return { totals: totals.map(readTotal), messages: [] };
  const parameters = new Parameters();
  const only = conditions(parameters, question);
  const rest =
    behind === undefined
      ? ''
      : `AND (received_at, id) < (${parameters.time(behind.time)}, ${parameters.add(behind.id, 'bigint')})`;
  const text = `SELECT ${COLUMNS} FROM rejected_messages WHERE ${only} ${rest}
    ORDER BY received_at DESC, id DESC LIMIT ${parameters.add(question.limit, 'int')}`;
  const messages = await snapshot.rows({ text, values: parameters.values });
  return { totals: totals.map(readTotal), messages: messages.map(readMessage) };
}

/** When a message came; `undefined`: it is not kept any more. */
export async function askRejectedTime(snapshot: Snapshot, id: number): Promise<EpochMicros | undefined> {
  const text = `SELECT ${toMicros('received_at')} AS received_at FROM rejected_messages WHERE id = $1::bigint`;
  const [row] = await snapshot.rows({ text, values: [id] });
  return row === undefined ? undefined : (Number(row.received_at) as EpochMicros);
}

function totalsStatement({ exchange, reason }: RejectedQuestion): Statement {
  const parameters = new Parameters();
  const only = conditions(parameters, { exchange, reason });
  const text = `
    SELECT exchange_name, reason, sum(count)::bigint AS count, ${toMicros('min(first_at)')} AS first_at,
           ${toMicros('max(last_at)')} AS last_at
      FROM rejected_totals WHERE ${only}
     GROUP BY exchange_name, reason ORDER BY count DESC, exchange_name, reason`;
  return { text, values: parameters.values };
}

/** The greatest bigint: no id is that high. */
const AFTER_ALL_IDS = '9223372036854775807';

const COLUMNS = `id, ${toMicros('received_at')} AS received_at, exchange_name, reason, detail,
           left(message, ${MAX_REJECTED_CHARACTERS}) AS message, bytes`;

/** Looks at no more messages than it gives, for each reason: of an exchange alone, its reasons one by one. */
export function messagesStatement({ exchange, reason, before, limit }: RejectedQuestion): Statement {
  const parameters = new Parameters();
  const most = `LIMIT ${parameters.add(limit, 'int')}`;
  const end = parameters.add(before ?? AFTER_ALL_IDS, 'bigint');
  const only = {
    ...(exchange !== undefined && { exchange_name: parameters.add(exchange, 'text') }),
    ...(reason !== undefined && { reason: parameters.add(reason, 'text') }),
  };
  if (exchange === undefined || reason !== undefined) {
    const text = `SELECT ${COLUMNS} FROM rejected_messages WHERE ${newestOf(only, end)} ${most}`;
    return { text, values: parameters.values };
  }
  const reasons = parameters.add(REJECTION_REASONS, 'text[]');
  const text = `
    SELECT ${COLUMNS} FROM rejected_messages WHERE id = ANY (ARRAY(
      SELECT id FROM unnest(${reasons}) AS one (word) CROSS JOIN LATERAL (
        SELECT id FROM rejected_messages WHERE ${newestOf({ ...only, reason: 'one.word' }, end)} ${most}) AS of_reason
      ORDER BY id DESC ${most})) ORDER BY id DESC ${most}`;
  return { text, values: parameters.values };
}

/**
 * Condition and order that a single index has. With equalities PostgreSQL may walk another one and filter, which it takes for short
 * where a reason is frequent; it is as long as the table where that reason was given up long ago.
 */
function newestOf(only: Readonly<Record<string, string>>, end: string): string {
  const columns = Object.keys(only);
  const values = Object.values(only);
  const row = (parts: readonly string[]): string => `(${parts.join(', ')})`;
  const from = columns.length === 0 ? '' : `AND ${row(columns)} >= ${row(values)}`;
  const keys = [...columns, 'id'];
  return `${row(keys)} < ${row([...values, end])} ${from} ORDER BY ${keys.map((key) => `${key} DESC`).join(', ')}`;
}

function conditions(parameters: Parameters, { exchange, reason }: Partial<RejectedQuestion>): string {
  return [
    'true',
    ...(exchange === undefined ? [] : [`exchange_name = ${parameters.add(exchange, 'text')}`]),
    ...(reason === undefined ? [] : [`reason = ${parameters.add(reason, 'text')}`]),
  ].join(' AND ');
}

function readTotal(row: Row): RejectedTotal {
  return {
    exchange: row.exchange_name ?? '',
    reason: row.reason ?? '',
    count: Number(row.count),
    firstAt: Number(row.first_at) as EpochMicros,
    lastAt: Number(row.last_at) as EpochMicros,
  };
}

function readMessage(row: Row): RejectedRow {
  return {
    id: Number(row.id),
    receivedAt: Number(row.received_at) as EpochMicros,
    exchange: row.exchange_name ?? '',
    reason: row.reason ?? '',
    detail: row.detail ?? '',
    message: row.message ?? '',
    bytes: Number(row.bytes),
  };
}
