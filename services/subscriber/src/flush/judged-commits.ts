import { type AlertChanges, type CommitResult, type Membership, RulesChangedError } from '@tickwatch/store';
import type { Alerts } from '../alerts/alerts.ts';
import type { Cut } from '../log/cut.ts';
import type { LaneLog } from '../log/lane-log.ts';

/** Commits cuts together with what the rules, as they are then, make of their ticks. @throws as {@link Membership.commit} */
export function commitJudged(membership: Membership, cuts: readonly Cut[], alerts: Alerts): Promise<CommitResult> {
  const batches = cuts.map(({ batch }) => batch);
  return judgedAnew(alerts, async (isAgain) =>
    membership.commit(batches, orLater(await alerts.prepare(cuts), isAgain)),
  );
}

/** Writes what changed of alerts in lanes of which no tick waits. @throws as {@link Membership.recordAlerts} */
export function recordJudged(membership: Membership, logs: readonly LaneLog[], alerts: Alerts): Promise<void> {
  return judgedAnew(alerts, async (isAgain) => {
    const changes = await alerts.prepareRest(logs);
    if (changes === undefined) return;
    const lanes = logs.map(({ lane }) => lane);
    await membership.recordAlerts(lanes, orLater(changes, isAgain));
    alerts.settle(logs);
  });
}

/** Rules that changed since are read and tried again with at once; a second time is not needed ({@link orLater}). */
async function judgedAnew<T>(alerts: Alerts, work: (isAgain: boolean) => Promise<T>): Promise<T> {
  try {
    return await work(false);
  } catch (error) {
    if (!(error instanceof RulesChangedError)) throw error;
    alerts.rulesChanged();
    return await work(true);
  }
}

/** Rules that were read once the ticks were there: whatever changes from then on came later, however fast rules change. */
function orLater<T extends AlertChanges | undefined>(changes: T, isAgain: boolean): T {
  return changes !== undefined && isAgain ? { ...changes, version: undefined } : changes;
}
