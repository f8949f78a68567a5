import type { EpochMicros } from '@tickwatch/core';
import { type Row, readMicros } from '../read-pool.ts';
import type { Statement } from '../statement.ts';

/** Asks PostgreSQL, wherever the answer is to be seen. */
export type AskRows = (statement: Statement) => Promise<readonly Row[]>;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** False: nothing has such an id, and PostgreSQL would refuse the question. */
export function isId(text: string): boolean {
  return UUID.test(text);
}

export function micros(text: string | null | undefined): EpochMicros | undefined {
  return text === null || text === undefined ? undefined : readMicros(text);
}
