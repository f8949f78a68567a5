import type { EpochMicros } from '@tickwatch/core';
import type { ListPlace } from '@tickwatch/store';
import { ParameterError } from './problem-reply.ts';

/** Which list it is a place of: in another it would lead somewhere, and nowhere that was meant. */
type List = 'rules' | 'firings';
const CURSOR = /^(\w+)\.(-?\d{1,16})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Text that leads to the rule, or the firing, behind a page. */
export function writeAlertCursor(list: List, { time, id }: ListPlace): string {
  return `${list}.${time}.${id}`;
}

/** @throws ParameterError it is none of ours, or of another list */
export function readAlertCursor(list: List, text: string): ListPlace {
  const [, of, time, id = ''] = CURSOR.exec(text) ?? [];
  if (of !== list || !Number.isSafeInteger(Number(time))) {
    throw new ParameterError('cursor', 'cursor is not one that this server gave out for this question');
  }
  return { time: Number(time) as EpochMicros, id };
}
