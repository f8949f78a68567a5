import { type EpochMicros, exchangeOf, formatMicros, type LedgerEntry, nowMicros } from '@tickwatch/core';
import type { LivePublisher } from '@tickwatch/live';
import type { Readiness } from '@tickwatch/runtime';
import type { AlertStatus, Alerts } from './alerts/alerts.ts';
import type { ClockState } from './clock-state.ts';
import type { Intake } from './intake.ts';
import type { Leader } from './lead/leader.ts';
import { roleOf, stateOf } from './lead/leadership.ts';
import { sumOf } from './log/lane-ledger.ts';
import type { LaneLogs } from './log/lane-logs.ts';

/** The parts of a subscriber whose state is told: as the ledger, as readiness, as metrics. */
export interface SubscriberState {
  readonly feed: Intake;
  readonly logs: LaneLogs;
  readonly live: LivePublisher;
  readonly leader: Leader;
  readonly clock: ClockState;
  readonly alerts: Alerts;
}

/** The ledger as JSON text, with the states beside it that explain what waits. */
export function createLedgerReport({ logs, feed, live, leader, clock }: SubscriberState): () => string {
  const since = nowMicros();
  return () => {
    const { entries, durableLog } = logs;
    const { worst, bad } = feed.states();
    const { messages, bytes, maxBytes = null, problem = null } = durableLog.status();
    const { live: liveState, accepted, sent, conflated, waiting } = live.status();
    const exchanges: Record<string, LedgerEntry> = {};
    for (const [lane, entry] of entries) {
      const exchange = exchangeOf(lane);
      exchanges[exchange] = sumOf([entry, exchanges[exchange] ?? []].flat());
    }
    return JSON.stringify({
      since: formatMicros(since),
      time: formatMicros(nowMicros()),
      exchanges,
      lanes: Object.fromEntries(
        [...entries].map(([lane, entry]) => [lane, { ...entry, state: stateOf(leader.state, lane) }]),
      ),
      total: sumOf(entries.values()),
      handed_over: [...logs].reduce((sum, { ledger }) => sum + ledger.handedOver, 0),
      oldest_waiting_seconds: oldestWaitingSeconds(logs),
      leadership: roleOf(leader.state),
      feed: {
        kind: feed.kind,
        durability: durableLog.durability,
        ...told(worst),
        lanes: Object.fromEntries(bad.map(([lane, state]) => [lane, told(state)])),
      },
      log: { messages, bytes, max_bytes: maxBytes, problem },
      live: { ...told(liveState), accepted, sent, conflated, waiting },
      clock: {
        steps: clock.steps,
        last_step_seconds: clock.last?.seconds ?? null,
        last_step_at: clock.last === undefined ? null : formatMicros(clock.last.at),
      },
    });
  };
}

/** Age in seconds of the oldest message that is received and not stored; 0: nothing waits. */
export function oldestWaitingSeconds(logs: LaneLogs): number {
  const oldest = logs.oldestReceivedAt;
  return oldest === undefined ? 0 : Math.max(0, (nowMicros() - oldest) / 1e6);
}

function told<State extends { readonly since: EpochMicros }>(state: State) {
  return { ...state, since: formatMicros(state.since) };
}

/** What each dependency of the subscriber says. A follower is ready: it does its work. */
export function subscriberReadiness({ feed, logs, live, leader, clock, alerts }: SubscriberState): Readiness {
  const { bad } = feed.states();
  const { problem, messages, bytes } = logs.durableLog.status();
  const { live: liveState } = live.status();
  const { store } = leader.state;
  const { lost, refused } = sumOf(logs.entries.values());
  const holes = [...logs].reduce((sum, { holesRecorded }) => sum + holesRecorded, 0);
  const failures = bad.map(([lane, state]) => `${lane}: ${'error' in state ? state.error : ''}`);
  return {
    feed: { ok: bad.length === 0, detail: failures.join('; ') || `${feed.kind}, connected` },
    log: { ok: problem === undefined, detail: problem ?? `${messages} messages, ${bytes} bytes` },
    store: { ok: store.state === 'there', detail: store.state === 'away' ? store.error : roleOf(leader.state) },
    live: liveState.state === 'up' ? { ok: true, detail: 'up' } : { ok: false, detail: liveState.error },
    // What is gone does not come back by waiting: it is told, and is no reason to take this process out of service.
    holes: { ok: true, detail: `${lost} ticks lost, ${refused} refused, ${holes} holes recorded since the start` },
    alerts: alertsReadiness(alerts.status),
    clock: {
      ok: true,
      detail:
        clock.last === undefined
          ? 'no step seen'
          : `${clock.steps} steps, the last by ${clock.last.seconds.toFixed(3)} s at ${formatMicros(clock.last.at)}`,
    },
  };
}

/** What keeps rules from being judged keeps no tick from being stored. */
function alertsReadiness({ rules, unreadable, fired, failures, problem }: AlertStatus): Readiness[string] {
  const notRead = unreadable === 0 ? '' : `, ${unreadable} more not understood`;
  const failed = failures === 0 ? '' : `, ${failures} failures`;
  const now = problem === undefined ? '' : `; not judged now: ${problem}`;
  return {
    ok: problem === undefined,
    detail: `${rules} rules${notRead}, ${fired} fired since the start${failed}${now}`,
  };
}
