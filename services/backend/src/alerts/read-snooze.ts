import { type EpochMicros, formatMicros } from '@tickwatch/core';
import { BodyMembers } from '../http/body-members.ts';
import { quoted } from '../http/problem-reply.ts';

const EXAMPLE = { until: '2026-11-30T08:00:00Z' };

/**
 * Until when a rule is to be silent; of a date, until that day begins. `undefined`: not any more.
 * @throws ParameterError naming the member that is wrong
 */
export function readSnooze(body: unknown, now: EpochMicros): EpochMicros | undefined {
  const given = new BodyMembers(body, { known: ['until', 'timezone'], example: EXAMPLE });
  const right = `give a time after ${formatMicros(now)}, or null to end a snooze`;
  const span = given.span('until', given.zone());
  if (span === undefined) return given.has('until') ? undefined : given.refuse('until', 'is missing', right);
  if (span.first > now) return span.first;
  return given.refuse('until', `${quoted(given.given('until'))} is over already`, right);
}
