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
