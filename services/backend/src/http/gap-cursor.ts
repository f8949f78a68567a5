import type { GapKey } from '@tickwatch/store';
import { ParameterError } from './problem-reply.ts';

/** Text that leads to the hole behind a page. */
export function writeGapCursor({ from, id, seen }: GapKey): string {
  return [from, id, seen].join('-');
}

/** @throws ParameterError it is none of ours */
export function readGapCursor(text: string): GapKey {
  const [from = '', id = '', seen = ''] = /^(\d{1,16})-(\d{1,16})-(\d{1,9})$/.exec(text)?.slice(1) ?? [];
  const key = { from: Number(from), id: Number(id), seen: Number(seen) };
  if (seen === '' || !Object.values(key).every(Number.isSafeInteger)) {
    throw new ParameterError('cursor', 'cursor is not one that this server gave out');
  }
  return key;
}
