import { formatMicros } from '@tickwatch/core';
import type { LivePublisher } from '@tickwatch/live';
import type { Readiness } from '@tickwatch/runtime';
import type { ClockState } from './clock-state.ts';
import type { Leader } from './lead/leader.ts';
import { roleOf } from './lead/leadership.ts';
import { sumOf } from './log/lane-ledger.ts';
import type { LaneLogs } from './log/lane-logs.ts';
import type { OpenedFeed } from './open-feed.ts';

export interface ReadinessSources {
  readonly feed: OpenedFeed;
  readonly logs: LaneLogs;
  readonly live: LivePublisher;
  readonly leader: Leader;
  readonly clock: ClockState;
}

/** What each dependency of the subscriber says. A follower is ready: it does its work. */
export function subscriberReadiness({ feed, logs, live, leader, clock }: ReadinessSources): Readiness {
  const { worst, bad } = feed.states();
  const { problem, messages, bytes } = feed.logStatus();
  const { live: liveState } = live.status();
  const { store } = leader.state;
  const { lost, refused } = sumOf(logs.entries.values());
  return {
    feed:
      worst.state === 'connected'
        ? { ok: true, detail: `${feed.kind}, connected` }
        : {
            ok: false,
            detail: bad.map(([lane, state]) => `${lane}: ${'error' in state ? state.error : ''}`).join('; '),
          },
    log: { ok: problem === undefined, detail: problem ?? `${messages} messages, ${bytes} bytes` },
    store: { ok: store.state === 'there', detail: store.state === 'away' ? store.error : roleOf(leader.state) },
    live: liveState.state === 'up' ? { ok: true, detail: 'up' } : { ok: false, detail: liveState.error },
    // What is gone does not come back by waiting: it is told, and is no reason to take this process out of service.
    holes: { ok: true, detail: `${lost} ticks lost, ${refused} refused since the start` },
    clock: {
      ok: true,
      detail:
        clock.last === undefined
          ? 'no step seen'
          : `${clock.steps} steps, the last by ${clock.last.seconds.toFixed(3)} s at ${formatMicros(clock.last.at)}`,
    },
  };
}
