import { type EpochMicros, type LaneName, nowMicros } from '@tickwatch/core';
import type { Intake } from './intake.ts';
import type { LaneLogs } from './log/lane-logs.ts';

/** A connection may be dead for so long before anybody notices, µs. */
const UNNOTICED_MICROS = 15_000_000;

/** Lanes of which everything is stored that was published up to a moment ago, with that moment. */
export function heardUntil(logs: LaneLogs, feed: Intake): ReadonlyMap<LaneName, EpochMicros> {
  const until = (nowMicros() - UNNOTICED_MICROS) as EpochMicros;
  // A source that keeps messages has no holes of this kind.
  const idle = feed.keepsMessages ? [] : [...logs].filter(({ isPlaced, waiting }) => isPlaced && waiting === 0);
  const heard = idle.filter(({ lane, missing }) => {
    const { state, since } = feed.stateOf(lane);
    return state === 'connected' && since === missing.listensSince && since <= until && missing.holes.length === 0;
  });
  return new Map(heard.map(({ lane }) => [lane, until]));
}
