import type { LaneName } from '@tickwatch/core';
import type { DurableLog } from '@tickwatch/feed';
import type { TickStore } from '@tickwatch/store';
import type { IngestEvents } from '../events.ts';
import type { LaneLogs } from '../log/lane-logs.ts';
import { isKept, isLive, type Leadership } from './leadership.ts';

export interface LeaderParts {
  readonly store: TickStore;
  readonly logs: LaneLogs;
  readonly log: DurableLog;
  readonly events: IngestEvents;
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>;
  readonly reading: LaneReading;
}

/** What a lane's phase means for where its messages come from. */
export interface LaneReading {
  /** It is led: read on behind a place. */
  lead(lane: LaneName, after: string): void;
  /** Nobody can say how far it is committed: read what arrives, unless that is done already. */
  keep(lane: LaneName): void;
  passOn(lane: LaneName): void;
}

export interface LeaderOptions {
  /** The lanes of the settings. */
  readonly lanes: readonly LaneName[];
  readonly owner: string;
  readonly staleAfterMs: number;
}

/** Lets the lanes' logs and sources do what their phases mean. */
export function applyPhases(state: Leadership, { logs, reading }: Pick<LeaderParts, 'logs' | 'reading'>): void {
  for (const [lane, phase] of state.lanes) {
    const log = logs.get(lane);
    if (log?.isKeeping && phase === 'following') {
      log.passOn();
      reading.passOn(lane);
    } else if (phase === 'unknown' && isKept(state, lane)) {
      log?.keep();
      if (isLive(state, lane)) reading.keep(lane);
    }
  }
}
