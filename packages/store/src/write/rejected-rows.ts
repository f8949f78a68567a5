import { formatMicros, type LaneName } from '@tickwatch/core';
import type pg from 'pg';
import { COUNT_REJECTED, INSERT_REJECTED, REJECTED_KEPT } from '../statements/rejected-statements.ts';
import type { RejectedMessage } from '../tick-store.ts';
import { RejectedMinutes } from './rejected-minutes.ts';

/** How much of a message is kept; `bytes` tells its full length. */
export const KEPT_BYTES = 8192;
/** Messages of an exchange that are kept a minute, where nothing else is set. */
export const DEFAULT_REJECTED_PER_MINUTE = 1000;
const ROWS_A_STATEMENT = 1000;

/**
 * Counts messages that are no ticks and keeps them, up to about so many a minute and exchange and of each reason at least
 * one, inside the caller's transaction.
 * @param lane whose messages they are; '': of a file
 */
export async function insertRejected(
  client: pg.ClientBase,
  messages: readonly RejectedMessage[],
  { lane, perMinute }: { readonly lane: LaneName | ''; readonly perMinute: number },
): Promise<void> {
  if (messages.length === 0) return;
  const minutes = new RejectedMinutes(messages, lane);
  const { rows } = await client.query<{ minute: string; exchange_name: string; reason: string; kept: string }>(
    REJECTED_KEPT,
    minutes.keys,
  );
  for (const row of rows) minutes.kept(Number(row.minute), row.exchange_name, row.reason, Number(row.kept));
  await insertKept(client, minutes.choose(perMinute));
  await client.query(COUNT_REJECTED, minutes.counts);
}

async function insertKept(client: pg.ClientBase, messages: readonly RejectedMessage[]): Promise<void> {
  for (let i = 0; i < messages.length; i += ROWS_A_STATEMENT) {
    const rows = messages.slice(i, i + ROWS_A_STATEMENT);
    await client.query(INSERT_REJECTED, [
      rows.map((row) => formatMicros(row.receivedAt)),
      rows.map((row) => readable(row.exchange)),
      rows.map((row) => row.reason),
      rows.map((row) => readable(row.detail)),
      rows.map((row) => Buffer.from(row.payload.subarray(0, KEPT_BYTES))),
      rows.map((row) => row.payload.length),
    ]);
  }
}

const CONTROL = /\p{Cc}/gu;

/** PostgreSQL's text holds no NUL, and people read no control characters. */
function readable(text: string): string {
  return text.replace(CONTROL, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
