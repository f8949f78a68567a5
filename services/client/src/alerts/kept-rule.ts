import type { AlertRule, NewAlertRule } from '@tickwatch/core';

/** A rule that is kept as it would be made anew, with what is to be otherwise. */
export function asNewRule(rule: AlertRule, changes: Partial<NewAlertRule> = {}): NewAlertRule {
  const { name, condition, exchange, stocks, once, rearm_seconds, active, expires, enabled, receivers } = rule;
  return {
    ...{ name, condition, once, rearm_seconds, enabled },
    // Left out, they stay.
    ...(receivers === undefined ? {} : { receivers }),
    ...(exchange === null ? {} : { exchange }),
    ...(stocks === null ? {} : { stocks }),
    ...(active === null ? {} : { active }),
    ...(expires === null ? {} : { expires }),
    ...changes,
  };
}
