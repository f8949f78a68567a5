import {
  type ActiveHours,
  type AlertCondition,
  type AlertConditionType,
  type AlertDirection,
  type AlertRule,
  parseTime,
  type SystemMeasure,
  type Weekday,
} from '@tickwatch/core';
import { type Span, spanOf } from './span.ts';
import { DAYS } from './weekdays.ts';

/** A rule as its form holds it: what is typed, as it is typed, also of the conditions that are not chosen now. */
export interface RuleDraft {
  readonly name: string;
  readonly type: AlertConditionType;
  readonly direction: AlertDirection;
  readonly level: string;
  readonly hysteresis: string;
  readonly by: string;
  readonly unit: 'percent' | 'price';
  readonly within: Span;
  readonly extreme: 'high' | 'low';
  readonly days: string;
  readonly silent: Span;
  readonly above: string;
  readonly below: string;
  readonly measure: SystemMeasure;
  readonly limit: string;
  /** None: all. */
  readonly stocks: readonly string[];
  /** '': all. */
  readonly exchange: string;
  readonly once: boolean;
  readonly rearm: Span;
  readonly hasHours: boolean;
  readonly from: string;
  readonly to: string;
  readonly weekdays: readonly Weekday[];
  readonly timezone: string;
  /** Epoch µs; undefined: never. */
  readonly expires: number | undefined;
  readonly enabled: boolean;
  readonly receivers: readonly string[];
}

const FIVE_DAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];

/** A form that nobody has filled in. @param timezone IANA name of the hours that it offers */
export function emptyDraft(timezone: string): RuleDraft {
  return {
    name: '',
    type: 'price_crosses',
    direction: 'up',
    level: '',
    hysteresis: '',
    by: '2',
    unit: 'percent',
    within: { amount: '10', unit: 'min' },
    extreme: 'high',
    days: '20',
    silent: { amount: '1', unit: 'min' },
    above: '1000',
    below: '',
    measure: 'insert_latency',
    limit: '10',
    stocks: [],
    exchange: '',
    once: false,
    rearm: { amount: '0', unit: 'min' },
    hasHours: false,
    from: '09:30',
    to: '16:00',
    weekdays: FIVE_DAYS,
    timezone,
    expires: undefined,
    enabled: true,
    receivers: [],
  };
}

/** A form that shows a rule that is kept. */
export function draftOf(rule: AlertRule, timezone: string): RuleDraft {
  const { name, condition, active, expires, once, enabled, receivers = [] } = rule;
  const draft = emptyDraft(timezone);
  return {
    ...draft,
    ...{ name, once, enabled, receivers },
    ...fieldsOf(condition),
    stocks: rule.stocks ?? [],
    exchange: rule.exchange ?? '',
    rearm: spanOf(rule.rearm_seconds),
    ...(active === null ? {} : hoursFields(active)),
    expires: expires === null ? undefined : parseTime(expires),
  };
}

function hoursFields({ from, to, days, timezone }: ActiveHours): Partial<RuleDraft> {
  const weekdays = days ?? DAYS.map(({ day }) => day);
  return { hasHours: true, from, to: to === '24:00' ? '00:00' : to, weekdays, timezone };
}

function fieldsOf(condition: AlertCondition): Partial<RuleDraft> {
  switch (condition.type) {
    case 'price_crosses':
      return { ...condition, level: String(condition.level), hysteresis: optional(condition.hysteresis) };
    case 'price_moves': {
      const { type, direction, unit } = condition;
      const within = spanOf(condition.within_seconds);
      return { type, direction, unit, within, by: String(condition.by), hysteresis: optional(condition.hysteresis) };
    }
    case 'new_extreme':
      return { ...condition, days: String(condition.days) };
    case 'silent':
      return { type: condition.type, silent: spanOf(condition.seconds) };
    case 'tick_rate':
      return { type: condition.type, above: optional(condition.above), below: optional(condition.below) };
    case 'system':
      return { type: condition.type, measure: condition.measure, limit: String(condition.above) };
    case 'hole':
    case 'outlier':
      return { type: condition.type };
  }
}

function optional(value: string | number | undefined): string {
  return value === undefined ? '' : String(value);
}
