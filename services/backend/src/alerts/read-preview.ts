import { type JudgedRule, readRule as readKeptRule } from '@tickwatch/alerts';
import { type EpochMicros, formatMicros, MICROS_PER_DAY } from '@tickwatch/core';
import { BodyMembers } from '../http/body-members.ts';
import { quoted } from '../http/problem-reply.ts';
import type { PreviewRange } from './preview/preview-rule.ts';
import { readRule } from './read-rule.ts';

const DEFAULT_DAYS = 30;
const MOST_DAYS = 400;
const EXAMPLE = {
  rule: { name: 'AAPL above 230', condition: { type: 'price_crosses', direction: 'up', level: '230' } },
  start_time: '2026-11-01',
};

/** A rule that is tried, and the range in which it is. */
export interface ReadPreview {
  readonly rule: JudgedRule;
  readonly range: PreviewRange;
}

/** @throws ParameterError naming the member that is wrong; those of the rule as where it is made */
export function readPreview(body: unknown, now: EpochMicros): ReadPreview {
  const given = new BodyMembers(body, { known: ['rule', 'start_time', 'end_time', 'timezone'], example: EXAMPLE });
  const rule = given.required('rule', `give one, as ${JSON.stringify(EXAMPLE.rule)}`);
  if (typeof rule !== 'object' || Array.isArray(rule)) {
    given.refuse('rule', `${quoted(JSON.stringify(rule))} is no rule`, `give one, as ${JSON.stringify(EXAMPLE.rule)}`);
  }
  const range = rangeOf(given, now);
  // One that has expired meanwhile fired until then.
  const { definition } = readRule(rule, range.start);
  const kept = { id: 'preview', definition, revision: 1, begins: range.start, snoozedUntil: undefined };
  return { rule: readKeptRule(kept), range };
}

function rangeOf(given: BodyMembers, now: EpochMicros): PreviewRange {
  const zone = given.zone();
  const end = Math.min(given.span('end_time', zone)?.last ?? now, now) as EpochMicros;
  const start = given.span('start_time', zone)?.first ?? ((end - DEFAULT_DAYS * MICROS_PER_DAY) as EpochMicros);
  const [first, last] = [formatMicros(start), formatMicros(end)];
  if (start > end) given.refuse('start_time', `${first} lies after the end (${last})`, 'give an earlier one');
  if (end - start > MOST_DAYS * MICROS_PER_DAY) {
    given.refuse('start_time', `${first} is more than ${MOST_DAYS} days before the end (${last})`, 'give a later one');
  }
  return { start, end };
}
