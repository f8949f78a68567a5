// Apart from the schemas, which the page does without.

export const MAX_ALERT_RULES = 20_000;
export const MAX_RULE_RECEIVERS = 10;
export const MAX_ALERT_NAME = 200;
/** The longest that a rule rests after it fired. */
export const MAX_REARM_SECONDS = 31 * 86_400;
/** So many firings of a rule, and deliveries of a receiver, are counted: a list is there also where one of it never ends. */
export const MAX_ALERT_COUNT = 10_000;
/** The most rules of one answer. */
export const MAX_RULES_ROWS = 1000;
/** Within so many seconds a move is exact to the tick; a longer time begins at the minute that its first moment lies in. */
export const EXACT_MOVE_SECONDS = 600;
export const MAX_ALERT_RECEIVERS = 100;
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];
