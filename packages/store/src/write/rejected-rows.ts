import { formatMicros } from '@tickwatch/core';
import type pg from 'pg';
import { INSERT_REJECTED } from '../statements/write-statements.ts';
import type { RejectedMessage } from '../tick-store.ts';

/** How much of a message is kept; `bytes` tells its full length. */
export const KEPT_BYTES = 8192;
const ROWS_A_STATEMENT = 1000;

/** Keeps messages that are no ticks, inside the caller's transaction. */
export async function insertRejected(client: pg.ClientBase, messages: readonly RejectedMessage[]): Promise<void> {
  for (let i = 0; i < messages.length; i += ROWS_A_STATEMENT) {
    const rows = messages.slice(i, i + ROWS_A_STATEMENT);
    const kept = rows.map((row) => Buffer.from(row.payload.subarray(0, KEPT_BYTES)));
    await client.query(INSERT_REJECTED, [
      rows.map((row) => formatMicros(row.receivedAt)),
      rows.map((row) => readable(row.exchange)),
      rows.map((row) => row.reason),
      rows.map((row) => readable(row.detail)),
      kept.map(readableBytes),
      kept,
      rows.map((row) => row.payload.length),
    ]);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const CONTROL = /\p{Cc}/gu;

/** Bytes as text for people: what is not UTF-8 and control characters become `\xNN`. */
export function readableBytes(bytes: Uint8Array): string {
  try {
    return readable(utf8.decode(bytes));
  } catch {
    return readable(
      Buffer.from(bytes)
        .toString('latin1')
        .replace(/[\u0080-\u00ff]/g, escapeChar),
    );
  }
}

/** PostgreSQL's text holds no NUL, and people read no control characters. */
function readable(text: string): string {
  return text.replace(CONTROL, escapeChar);
}

function escapeChar(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
