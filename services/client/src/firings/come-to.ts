import { type AlertFiring, parseTime } from '@tickwatch/core';
import { goLive, playedMicros } from '../moment/moment.ts';

/** Somebody goes to where a firing is seen: a moment of the past before it would show nothing of it. */
export function comeTo({ timestamp }: AlertFiring): void {
  if ((playedMicros() ?? Number.POSITIVE_INFINITY) < (parseTime(timestamp) ?? 0)) goLive();
}
