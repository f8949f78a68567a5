import { namedScenarios, type Scenario } from './fault-row.ts';
import { arrivalOrder } from './scenarios/arrival-order.ts';
import { centrifugoOutage } from './scenarios/centrifugo-outage.ts';
import { clockSteps } from './scenarios/clock-steps.ts';
import { damagedSpools } from './scenarios/damaged-spools.ts';
import { diskFull } from './scenarios/disk-full.ts';
import { doubleFaults } from './scenarios/double-faults.ts';
import { killNotifier } from './scenarios/kill-notifier.ts';
import { killSubscriber } from './scenarios/kill-subscriber.ts';
import { laneTakeover } from './scenarios/lane-takeover.ts';
import { lanesChanged } from './scenarios/lanes-changed.ts';
import { postgresOutage } from './scenarios/postgres-outage.ts';
import { postgresRefuses } from './scenarios/postgres-refuses.ts';
import { randomMessages } from './scenarios/random-messages.ts';
import { redisRestart } from './scenarios/redis-restart.ts';
import { restoredDatabase } from './scenarios/restored-database.ts';
import { sigterm } from './scenarios/sigterm.ts';
import { spoolOverrun } from './scenarios/spool-overrun.ts';
import { streamTrouble } from './scenarios/stream-trouble.ts';
import { twoSubscribers } from './scenarios/two-subscribers.ts';

export const ALL_SCENARIOS: readonly Scenario[] = [
  ...killSubscriber,
  ...killNotifier,
  ...postgresOutage,
  ...redisRestart,
  ...centrifugoOutage,
  ...twoSubscribers,
  ...laneTakeover,
  ...lanesChanged,
  ...diskFull,
  ...spoolOverrun,
  ...damagedSpools,
  ...doubleFaults,
  ...restoredDatabase,
  ...clockSteps,
  ...streamTrouble,
  ...arrivalOrder,
  ...randomMessages,
  ...postgresRefuses,
  ...sigterm,
];

/**
 * What the quick form plays when no names are given: of each kind at least one. What befalls one subscriber or several on streams is
 * played with the log engines (`test:scale`).
 */
const QUICK: ReadonlySet<string> = new Set([
  'kill-9-pubsub',
  'postgres-stopped-50-a-message',
  'postgres-killed-mid-copy',
  'redis-restarted-pubsub',
  'centrifugo-hanging',
  'leader-killed-pubsub',
  'lanes-killed-pubsub',
  'lanes-changed-streams',
  'lanes-changed-pubsub',
  'disk-full',
  'database-missing',
  'spool-damaged',
  'double-spool-full-and-postgres-away-at-start-pubsub',
  'double-spool-full-and-kill-9-pubsub',
  'double-disk-full-and-postgres-dies-mid-catch-up-pubsub',
  'double-postgres-dies-mid-catch-up-and-kill-9-streams',
  'double-sigstop-and-redis-restart-streams',
  'restored-in-place-pubsub',
  'restored-recreated-streams',
  'restored-beyond-grace',
  'clock-slow-pubsub',
  'clock-steps-pubsub',
  'stream-wrong-type',
  'stream-not-allowed',
  'stream-begins-anew',
  'arrival-order-pubsub',
  'random-messages-pubsub',
  'postgres-slow',
  'poison-rows',
  'sigterm-streams',
]);

/** @param parts names, or parts of names; none: all, or those of the quick form @throws Error there is no such fault */
export function chosenScenarios(parts: readonly string[], quick: boolean): readonly Scenario[] {
  if (parts.length > 0) return namedScenarios(ALL_SCENARIOS, parts);
  return ALL_SCENARIOS.filter(({ name }) => !quick || QUICK.has(name));
}
