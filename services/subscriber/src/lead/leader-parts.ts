import type { EpochMicros, LaneName, StoreNode } from '@tickwatch/core';
import type { TickStore } from '@tickwatch/store';
import type { IngestEvents } from '../events.ts';
import type { LaneLogs } from '../log/lane-logs.ts';
import type { StreamReader } from '../log/stream-reader.ts';
import { isKept, isLive, type Leadership } from './leadership.ts';

export interface LeaderParts {
  readonly store: TickStore;
  /** Which of several databases it is. */
  readonly node: StoreNode;
  readonly logs: LaneLogs;
  readonly events: IngestEvents;
  /** Where the source is read, and does not tell. */
  readonly reader: StreamReader | undefined;
  /** Lanes of which all is stored that was published up to a moment. */
  readonly heard: () => ReadonlyMap<LaneName, EpochMicros>;
}

/** Lets the lanes' logs, and what reads their source, do what their phases mean. */
export function applyPhases(state: Leadership, { logs, reader }: LeaderParts): void {
  for (const [lane, phase] of state.lanes) {
    const log = logs.get(lane);
    if (log?.isKeeping && phase === 'following') {
      log.passOn();
      reader?.end(lane);
    } else if (log !== undefined && phase === 'unknown' && isKept(state, lane)) {
      log.keep();
      if (isLive(state, lane)) reader?.keep(log);
    }
  }
}
