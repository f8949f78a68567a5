import { readFileSync } from 'node:fs';

/** See README.md beside this file. */
export interface TickCase {
  readonly why: string;
  readonly message: string;
  readonly ticks?: readonly { readonly stock_name: string; readonly price: string; readonly timestamp?: string }[];
  readonly rejected?: readonly string[];
}

/** See README.md beside this file. */
export interface TimeCase {
  readonly text: string;
  readonly is: string | null;
  readonly zone?: string;
}

/** When the messages of {@link tickCases} are received. */
export const CASES_RECEIVED_AT = '2026-11-28T00:00:00.000000Z';

export function tickCases(): readonly TickCase[] {
  return readTable('ticks.ndjson');
}

export function timeCases(): readonly TimeCase[] {
  return readTable('times.ndjson');
}

function readTable<T>(name: string): readonly T[] {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
