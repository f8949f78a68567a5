import { type EpochMicros, formatMicros } from '@tickwatch/core';
import { playedMicros } from './moment.ts';

/** Of an address: the moment that the page shows. */
export const MOMENT_PARAMETER = 'moment';

let told: string | undefined;

/** The moment that is shown, as addresses have it: `2026-11-20T14:03:05.123456Z`; undefined: the page is live. */
export function momentText(): string | undefined {
  const micros = playedMicros();
  told = micros === undefined ? undefined : formatMicros(micros as EpochMicros);
  return told;
}

/** Whether an address has the moment from {@link momentText}: it is shown, though it may have been played on since. */
export function isTold(text: string | null): boolean {
  return (text ?? undefined) === told;
}
