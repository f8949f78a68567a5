import {
  type AlertCondition,
  type EpochMicros,
  formatMicros,
  MAX_ALERT_NAME,
  MAX_NAMED_STOCKS,
  MAX_REARM_SECONDS,
  MAX_RULE_RECEIVERS,
} from '@tickwatch/core';
import { BodyMembers, LONGEST_NAME } from '../http/body-members.ts';
import { quoted } from '../http/problem-reply.ts';
import { readActiveHours } from './read-active-hours.ts';
import { isOfConditions, readCondition } from './read-condition.ts';
import type { RuleDefinition } from './rule-definition.ts';

const MEMBERS = [
  'name',
  'condition',
  'exchange',
  'stocks',
  'once',
  'rearm_seconds',
  'active',
  'expires',
  'timezone',
  'enabled',
  'receivers',
];
/** What an answer says of a rule beside what its maker says. */
const TOLD = ['id', 'snoozed_until', 'state', 'beyond', 'fired', 'last_fired', 'created', 'changed'];

const EXAMPLE = {
  name: 'AAPL above 230',
  condition: { type: 'price_crosses', direction: 'up', level: '230' },
  stocks: ['AAPL'],
};

/** What somebody wants to be told, read. */
export interface ReadRule {
  readonly definition: RuleDefinition;
  readonly isEnabled: boolean;
  /** Names, each once; `undefined`: none are given. */
  readonly receivers: readonly string[] | undefined;
}

/**
 * @param now when nothing that is over may be given any more
 * @param before of a rule that is changed: what it is now; it may stay expired
 * @throws ParameterError naming the member that is wrong, or that makes no sense beside another
 */
export function readRule(body: unknown, now: EpochMicros, before?: RuleDefinition): ReadRule {
  const given = new BodyMembers(body, { known: MEMBERS, example: EXAMPLE, hint });
  const name = given.title('name', MAX_ALERT_NAME, 'give what it is to be called, as "AAPL above 230"');
  const condition = readCondition(
    given.required('condition', `give what is watched, as ${JSON.stringify(EXAMPLE.condition)}`),
  );
  const scope = readScope(given, condition);
  const active = given.given('active');
  const expires = expiryOf(given, now, before);
  return {
    definition: {
      name,
      condition,
      ...scope,
      once: given.flag('once') ?? false,
      rearm_seconds: given.whole('rearm_seconds', 0, MAX_REARM_SECONDS) ?? 0,
      ...(active === undefined ? {} : { active: readActiveHours(active) }),
      ...(expires === undefined ? {} : { expires }),
    },
    isEnabled: given.flag('enabled') ?? true,
    receivers: given.names('receivers', MAX_RULE_RECEIVERS, ['desk']),
  };
}

function hint(name: string): string | undefined {
  if (TOLD.includes(name)) return 'it is told, and not set: leave it out';
  return isOfConditions(name) ? 'it belongs into condition' : undefined;
}

/** Where a rule looks, as far as its condition lets it. */
function readScope(given: BodyMembers, { type }: AlertCondition): Pick<RuleDefinition, 'exchange' | 'stocks'> {
  const isSet = given.given('exchange') !== undefined;
  const exchange = isSet
    ? given.text('exchange', LONGEST_NAME, 'give its name, as NASDAQ, or leave it out for all of them')
    : undefined;
  const stocks = given.names('stocks', MAX_NAMED_STOCKS, ['AAPL', 'TSLA'], 'leave it out for all of them');
  if (stocks !== undefined && type === 'hole') {
    given.refuse('stocks', 'makes no sense here', 'a hole is of an exchange, and of all its stocks: leave it out');
  }
  if (stocks !== undefined && type === 'system') {
    given.refuse('stocks', 'makes no sense here', 'the system has no stocks: leave it out');
  }
  return { ...(exchange === undefined ? {} : { exchange }), ...(stocks === undefined ? {} : { stocks }) };
}

/** Of a day, its end. */
function expiryOf(given: BodyMembers, now: EpochMicros, before: RuleDefinition | undefined): string | undefined {
  const span = given.span('expires', given.zone());
  if (span === undefined) return undefined;
  const moment = (span.first === span.last ? span.first : span.last + 1) as EpochMicros;
  const text = formatMicros(moment);
  if (moment > now || text === before?.expires) return text;
  const right = `it could never fire; give a time after ${formatMicros(now)}, or leave it out`;
  return given.refuse('expires', `${quoted(given.given('expires'))} is over already (${text})`, right);
}
