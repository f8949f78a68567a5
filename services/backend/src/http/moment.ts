import { type EpochMicros, formatMicros, parseTime } from '@tickwatch/core';
import { ParameterError } from './problem-reply.ts';

/** 0001-01-01 and 9999-12-31: what RFC 3339 can write. */
const FIRST = -62_135_596_800_000_000;

/** @throws ParameterError naming the parameter */
export function readMoment(name: string, text: string): EpochMicros {
  // In a query, a "+" that was not encoded arrives as a space.
  const time = parseTime(text) ?? parseTime(text.replace(/ (\d{2}:?\d{2})$/, '+$1'));
  if (time === undefined || time < FIRST) {
    const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
    throw new ParameterError(
      name,
      `${name} ${shown} is not a time: give RFC 3339 (2026-11-22T10:00:00Z), a date, or epoch seconds, milliseconds or microseconds`,
    );
  }
  return time;
}

export interface Bounds {
  readonly start: EpochMicros | undefined;
  readonly end: EpochMicros | undefined;
}

/** Both ends are optional. @throws ParameterError */
export function readBounds(query: {
  readonly start_time?: string | undefined;
  readonly end_time?: string | undefined;
}): Bounds {
  const start = query.start_time === undefined ? undefined : readMoment('start_time', query.start_time);
  const end = query.end_time === undefined ? undefined : readMoment('end_time', query.end_time);
  if (start !== undefined && end !== undefined && start > end) {
    throw new ParameterError(
      'start_time',
      `start_time ${formatMicros(start)} lies after end_time ${formatMicros(end)}`,
    );
  }
  return { start, end };
}
