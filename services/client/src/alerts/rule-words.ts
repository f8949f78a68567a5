import { type ActiveHours, type AlertCondition, MAX_ALERT_COUNT, parseTime } from '@tickwatch/core';
import { countText, decimalText } from '../format/number-text.ts';
import { dateTimeText } from '../format/time-text.ts';
import type { ZoneChoice } from '../format/zone.ts';
import { weekdaysText } from './weekdays.ts';

/** What of a rule is said in words: of one that is kept, or of one that is being made. */
export interface WordedRule {
  readonly condition: AlertCondition;
  readonly exchange?: string | null | undefined;
  readonly stocks?: readonly string[] | null | undefined;
  readonly once?: boolean | undefined;
  readonly rearm_seconds?: number | undefined;
  readonly active?: ActiveHours | null | undefined;
  readonly expires?: string | null | undefined;
  readonly receivers?: readonly string[] | undefined;
}

/** So many stocks are named; of more, how many. */
const NAMED = 3;

/** When it fires: `AAPL on NASDAQ crosses 230.5 from below`. */
export function conditionText({ condition, exchange, stocks }: WordedRule): string {
  const place = exchange ?? undefined;
  const on = place === undefined ? '' : ` on ${place}`;
  const subject = `${subjectText(stocks ?? [])}${on}`;
  switch (condition.type) {
    case 'price_crosses': {
      const level = decimalText(String(condition.level));
      const sides = { up: ' from below', down: ' from above', either: ', from below or from above' };
      return `${subject} crosses ${level}${sides[condition.direction]}`;
    }
    case 'price_moves': {
      const verb = { up: 'rises', down: 'falls', either: 'rises or falls' }[condition.direction];
      const by = `${decimalText(String(condition.by))}${condition.unit === 'percent' ? ' %' : ''}`;
      return `${subject} ${verb} by ${by} or more within ${secondsText(condition.within_seconds)}`;
    }
    case 'new_extreme':
      return `${subject} is ${condition.extreme === 'high' ? 'higher' : 'lower'} than in the last ${countOf(condition.days, 'day')}`;
    case 'silent':
      return `${subject} has no tick for ${secondsText(condition.seconds)} while its exchange is open`;
    case 'tick_rate':
      return `${subject} has ${rateText(condition)} in a minute`;
    case 'hole':
      return `ticks of ${stocks == null ? (place ?? 'any exchange') : subject} are missing`;
    case 'outlier':
      return `${subject} has a tick far from what it cost just before`;
    case 'system':
      return systemText(condition, place);
  }
}

/** What else holds of it, each in a few words: when it fires again, its hours, its end. */
export function limitTexts(rule: WordedRule, zone: ZoneChoice): readonly string[] {
  const { condition, once, rearm_seconds: rearm = 0, active, expires } = rule;
  const end = parseTime(expires ?? '');
  return [
    once && 'once for each stock',
    'hysteresis' in condition &&
      Number(condition.hysteresis ?? 0) > 0 &&
      `again when it went back by ${decimalText(String(condition.hysteresis))}${condition.type === 'price_moves' && condition.unit === 'percent' ? ' %' : ''}`,
    !once && rearm > 0 && `not again within ${secondsText(rearm)}`,
    active != null && hoursText(active),
    end !== undefined && `until ${dateTimeText(zone, end)}`,
  ].filter((text) => typeof text === 'string');
}

/** Who is told: `desk and ops`, `this page alone`. */
export function receiversText({ receivers = [] }: WordedRule): string {
  if (receivers.length === 0) return 'this page alone';
  return listText([...receivers, 'this page']);
}

/** All of a rule in a sentence. */
export function ruleSentence(rule: WordedRule, zone: ZoneChoice): string {
  const limits = limitTexts(rule, zone);
  return `When ${conditionText(rule)}, tell ${receiversText(rule)}${limits.length === 0 ? '' : `; ${limits.join(', ')}`}.`;
}

/** `45 s`, `10 min`, `1 h 30 min`, `2 days`, whole and without rounding. */
export function secondsText(seconds: number): string {
  if (seconds >= 86_400 && seconds % 86_400 === 0) return countOf(seconds / 86_400, 'day');
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return said.length === 0 ? '0 s' : said.join(' ');
}

/** What the API counts of alerts, up to a bound: `10,000 or more`. */
export function boundedText(count: number): string {
  return `${countText(count)}${count < MAX_ALERT_COUNT ? '' : ' or more'}`;
}

/** `1 day`, `1,204 rules`. */
export function countOf(count: number, what: string): string {
  return `${countText(count)} ${what}${count === 1 ? '' : 's'}`;
}

function subjectText(stocks: readonly string[]): string {
  if (stocks.length === 0) return 'any stock';
  if (stocks.length === 1) return stocks[0] ?? '';
  if (stocks.length <= NAMED) return `any of ${stocks.join(', ')}`;
  return `any of ${countText(stocks.length)} stocks (${stocks.slice(0, NAMED - 1).join(', ')} …)`;
}

function rateText({ above, below }: Extract<AlertCondition, { type: 'tick_rate' }>): string {
  const few = below === undefined ? undefined : `fewer than ${countOf(below, 'tick')}`;
  const many = above === undefined ? undefined : `more than ${countOf(above, 'tick')}`;
  return [few, many].filter((text) => text !== undefined).join(', or ');
}

function systemText(
  { measure, above }: Extract<AlertCondition, { type: 'system' }>,
  exchange: string | undefined,
): string {
  const of = exchange === undefined ? '' : ` of ${exchange}`;
  if (measure === 'waiting') return `more than ${countOf(above, 'tick')}${of} wait to be stored`;
  const limit = decimalText(String(above));
  if (measure === 'insert_latency') return `storing ticks${of} takes longer than ${limit} s`;
  return `nobody listens to ${exchange ?? 'an exchange'} for more than ${limit} s`;
}

function hoursText({ from, to, days, timezone }: ActiveHours): string {
  const place = timezone.split('/').pop()?.replaceAll('_', ' ');
  return `${days === undefined ? '' : `${weekdaysText(days)} `}${from} to ${to} (${place})`;
}

function listText(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
