import type { ActiveHours, AlertCondition } from '@tickwatch/core';

/**
 * A rule as it is kept in `alert_rules.definition`: as {@link NewAlertRule}, read, with its defaults. Decimals are text,
 * digit for digit, times RFC 3339 in UTC; what is not set is left out. Whether it is enabled, until when it is snoozed and
 * whom it tells stands beside it.
 */
export interface RuleDefinition {
  readonly name: string;
  readonly condition: AlertCondition;
  /** Left out: every exchange. */
  readonly exchange?: string;
  /** Left out: every stock. */
  readonly stocks?: readonly string[];
  readonly once: boolean;
  readonly rearm_seconds: number;
  readonly active?: ActiveHours;
  readonly expires?: string;
}
