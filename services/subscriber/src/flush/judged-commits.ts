import { type CommitResult, type Membership, RulesChangedError } from '@tickwatch/store';
import type { Alerts } from '../alerts/alerts.ts';
import type { Cut } from '../log/cut.ts';
import type { LaneLog } from '../log/lane-log.ts';

/** Rules that change while a commit is under way let it be tried again at once, so often. */
const MAX_TRIES = 20;

/** Commits cuts together with what the rules, as they are then, make of their ticks. @throws as {@link Membership.commit} */
export function commitJudged(membership: Membership, cuts: readonly Cut[], alerts: Alerts): Promise<CommitResult> {
  const batches = cuts.map(({ batch }) => batch);
  return judgedAnew(alerts, async () => membership.commit(batches, await alerts.prepare(cuts)));
}

/** Writes what changed of alerts in lanes of which no tick waits. @throws as {@link Membership.recordAlerts} */
export function recordJudged(membership: Membership, logs: readonly LaneLog[], alerts: Alerts): Promise<void> {
  return judgedAnew(alerts, async () => {
    const changes = await alerts.prepareRest(logs);
    if (changes === undefined) return;
    const lanes = logs.map(({ lane }) => lane);
    await membership.recordAlerts(lanes, changes);
    alerts.settle(logs);
  });
}

async function judgedAnew<T>(alerts: Alerts, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RulesChangedError) || tries === MAX_TRIES) throw error;
      alerts.rulesChanged();
    }
  }
}
