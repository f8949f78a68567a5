import { formatMicros, nowMicros } from '@tickwatch/core';
import type { LivePublisher } from '@tickwatch/live';
import type { ClockState } from './clock-state.ts';
import type { Leader } from './lead/leader.ts';
import { roleOf } from './lead/leadership.ts';
import { sumOf } from './log/lane-ledger.ts';
import type { LaneLogs } from './log/lane-logs.ts';
import type { OpenedFeed } from './open-feed.ts';

export interface LedgerReportSources {
  readonly logs: LaneLogs;
  readonly feed: OpenedFeed;
  readonly live: LivePublisher;
  readonly leader: Leader;
  readonly clock: ClockState;
}

/** The ledger as JSON text, with the states beside it that explain what waits. */
export function createLedgerReport({ logs, feed, live, leader, clock }: LedgerReportSources): () => string {
  const since = nowMicros();
  return () => {
    const { entries, byExchange } = logs;
    const exchanges = [...byExchange].map(([exchange, lanes]) => [
      exchange,
      sumOf(lanes.flatMap((lane) => entries.get(lane) ?? [])),
    ]);
    return JSON.stringify({
      since: formatMicros(since),
      time: formatMicros(nowMicros()),
      exchanges: Object.fromEntries(exchanges),
      lanes: Object.fromEntries([...entries].map(([lane, entry]) => [lane, { ...entry, state: leader.stateOf(lane) }])),
      total: sumOf(entries.values()),
      handed_over: [...logs].reduce((sum, { ledger }) => sum + ledger.handedOver, 0),
      oldest_waiting_seconds: oldestWaitingSeconds(logs),
      leadership: roleOf(leader.state),
      feed: { kind: feed.kind, durability: feed.log.durability, ...feedReport(feed) },
      log: logReport(feed),
      live: liveReport(live),
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

function feedReport(feed: OpenedFeed): object {
  const { worst, bad } = feed.states();
  return {
    ...worst,
    since: formatMicros(worst.since),
    lanes: Object.fromEntries(bad.map(([lane, state]) => [lane, { ...state, since: formatMicros(state.since) }])),
  };
}

function logReport(feed: OpenedFeed): object {
  const { messages, bytes, maxBytes, problem } = feed.logStatus();
  return { messages, bytes, max_bytes: maxBytes ?? null, problem: problem ?? null };
}

function liveReport(live: LivePublisher): object {
  const { live: state, accepted, sent, conflated, waiting } = live.status();
  return { ...state, since: formatMicros(state.since), accepted, sent, conflated, waiting };
}
