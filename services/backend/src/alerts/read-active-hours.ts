import { type ActiveHours, WEEKDAYS, type Weekday } from '@tickwatch/core';
import { BodyMembers } from '../http/body-members.ts';
import { nearestValue } from '../http/nearest-value.ts';
import { quoted } from '../http/problem-reply.ts';

const EXAMPLE = { from: '09:30', to: '16:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'], timezone: 'America/New_York' };
const FROM = /^([01]\d|2[0-3]):[0-5]\d$/;
const TO = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

/** @throws ParameterError naming the member, also where they hold no moment */
export function readActiveHours(value: unknown): ActiveHours {
  const given = new BodyMembers(value, { path: 'active', known: Object.keys(EXAMPLE), example: EXAMPLE });
  const from = clockOf(given, 'from', FROM, 'give a time of day, 00:00 to 23:59, as 09:30');
  const to = clockOf(given, 'to', TO, 'give a time of day, 00:00 to 24:00, as 16:00');
  if (from === to) given.refuse('to', `${quoted(to)} is from itself`, 'give 00:00 and 24:00 for whole days');
  const timezone = given.text('timezone', 64, 'give the zone of these hours, as America/New_York or UTC');
  given.zone();
  const days = daysOf(given);
  return { from, to, ...(days === undefined ? {} : { days }), timezone };
}

function clockOf(given: BodyMembers, name: string, form: RegExp, right: string): string {
  const text = given.text(name, 60, right).trim();
  const padded = /^\d:\d\d$/.test(text) ? `0${text}` : text;
  return form.test(padded) ? padded : given.refuse(name, `${quoted(text)} is no time of day`, right);
}

/** In the order of the week, each once; `undefined`: all. */
function daysOf(given: BodyMembers): Weekday[] | undefined {
  const names = given.names('days', 100, EXAMPLE.days, 'give at least one day, or leave it out for all of them');
  if (names === undefined) return undefined;
  for (const name of names) {
    if (WEEKDAYS.some((day) => day === name)) continue;
    const nearest = nearestValue(name.slice(0, 3), WEEKDAYS);
    const right = nearest === undefined ? `give some of ${WEEKDAYS.join(', ')}` : `did you mean ${nearest}?`;
    given.refuse('days', `has ${quoted(name)}, which is no day of the week`, right);
  }
  return WEEKDAYS.filter((day) => names.includes(day));
}
