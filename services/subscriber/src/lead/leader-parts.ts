import type { LaneName } from '@tickwatch/core';
import type { DurableLog } from '@tickwatch/feed';
import type { TickStore } from '@tickwatch/store';
import type { IngestEvents } from '../events.ts';
import type { LaneLogs } from '../log/lane-logs.ts';

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
  /** Nobody can say how far it is committed: read what arrives. */
  keep(lane: LaneName): void;
  passOn(lane: LaneName): void;
}

export interface LeaderOptions {
  /** The lanes of the settings. */
  readonly lanes: readonly LaneName[];
  readonly owner: string;
  readonly staleAfterMs: number;
}
