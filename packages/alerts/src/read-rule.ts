import {
  type ActiveHours,
  type AlertCondition,
  type EpochMicros,
  type NewAlertRule,
  parsePrice,
  parseTime,
} from '@tickwatch/core';
import type { JudgedRule } from './judged-rule.ts';

/** A rule as it is kept: a row of `alert_rules`. */
export interface KeptRule {
  readonly id: string;
  /** As `NewAlertRule`. */
  readonly definition: unknown;
  readonly revision: number;
  readonly begins: EpochMicros;
  readonly snoozedUntil: EpochMicros | undefined;
}

/**
 * Reads a rule whose form was checked when it was made.
 * @throws RangeError with a sentence: a decimal or a time in it is none
 */
export function readRule({ id, definition, revision, begins, snoozedUntil }: KeptRule): JudgedRule {
  const rule = definition as NullsForNothing<NewAlertRule>;
  return {
    id,
    name: rule.name,
    revision,
    begins,
    condition: readCondition(rule.condition),
    exchange: rule.exchange ?? undefined,
    stocks: rule.stocks ?? undefined,
    once: rule.once ?? false,
    rearmSeconds: rule.rearm_seconds ?? 0,
    active: (rule.active as ActiveHours | null | undefined) ?? undefined,
    expires: rule.expires == null ? undefined : readTime(rule.expires),
    snoozedUntil,
  };
}

/** Where the API says `null` for what is not set. */
type NullsForNothing<T> = { readonly [Key in keyof T]: T[Key] | null } & Pick<
  T,
  Extract<keyof T, 'name' | 'condition'>
>;

function readCondition(condition: AlertCondition): AlertCondition {
  if (condition.type === 'price_crosses') {
    return { ...condition, level: readDecimal(condition.level), hysteresis: readDecimal(condition.hysteresis ?? 0) };
  }
  if (condition.type === 'price_moves') {
    return { ...condition, by: readDecimal(condition.by), hysteresis: readDecimal(condition.hysteresis ?? 0) };
  }
  return condition;
}

function readDecimal(value: string | number): string {
  const text = parsePrice(String(value), { signed: true });
  if (text === undefined) throw new RangeError(`"${value}" is no decimal.`);
  return text;
}

function readTime(text: string): EpochMicros {
  const time = parseTime(text);
  if (time === undefined) throw new RangeError(`"${text}" is no time.`);
  return time;
}
