import type { ActiveHours, AlertCondition, EpochMicros } from '@tickwatch/core';

/** A rule as it is judged: read, with its defaults, its decimals as text and its times as numbers. */
export interface JudgedRule {
  readonly id: string;
  readonly name: string;
  /** Counts changes of what it watches: what was known of an earlier one is of no use to it. */
  readonly revision: number;
  /** What was received before does not fire it. */
  readonly begins: EpochMicros;
  readonly condition: AlertCondition;
  /** `undefined`: every exchange. */
  readonly exchange: string | undefined;
  /** `undefined`: every stock. */
  readonly stocks: readonly string[] | undefined;
  readonly once: boolean;
  readonly rearmSeconds: number;
  readonly active: ActiveHours | undefined;
  readonly expires: EpochMicros | undefined;
  readonly snoozedUntil: EpochMicros | undefined;
}
