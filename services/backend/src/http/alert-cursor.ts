import type { EpochMicros } from '@tickwatch/core';
import type { ListPlace } from '@tickwatch/store';
import { ParameterError } from './problem-reply.ts';

const CURSOR = /^(-?\d{1,16})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Text that leads to the rule, or the firing, behind a page. */
export function writeAlertCursor({ time, id }: ListPlace): string {
  return `${time}.${id}`;
}

/** @throws ParameterError it is none of ours */
export function readAlertCursor(text: string): ListPlace {
  const [, time, id = ''] = CURSOR.exec(text) ?? [];
  if (time === undefined || !Number.isSafeInteger(Number(time))) {
    throw new ParameterError('cursor', 'cursor is not one that this server gave out');
  }
  return { time: Number(time) as EpochMicros, id };
}
