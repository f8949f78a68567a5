import type { LaneName, LaneState } from '@tickwatch/core';
import type { Survey } from '@tickwatch/store';
import { shareOf } from './share.ts';

/**
 * What this process is to a lane.
 * - `unknown`: the database was never asked successfully and no leader was seen: ticks go live, and wait.
 * - `following`: another member leads, or nobody and it is not ours to take.
 * - `leading`: the lease is held and it is known what is committed.
 * - `doubtful`: it led, and the session was lost or a COMMIT was not answered: ticks go live and wait, none is stored.
 * - `leaving`: it leads once more, for the last flush, because another member is to have the lane.
 */
export type LanePhase = 'unknown' | 'following' | 'leading' | 'doubtful' | 'leaving';

export interface Leadership {
  readonly self: string;
  /** The lanes of the settings. */
  readonly configured: readonly LaneName[];
  /** Those, and lanes of other settings until they are drained. */
  readonly lanes: ReadonlyMap<LaneName, LanePhase>;
  /** Lanes that nobody led at the last survey. */
  readonly free: ReadonlySet<LaneName>;
  /** Lanes whose lease should be taken, by the last survey. */
  readonly toTake: readonly LaneName[];
  /** How PostgreSQL is, and since when not. */
  readonly store: { readonly state: 'starting' | 'there' } | { readonly state: 'away'; readonly error: string };
}

export type LeadershipEvent =
  /** Which lanes of other settings are not drained yet. */
  | { readonly type: 'undrained_known'; readonly lanes: readonly LaneName[] }
  | { readonly type: 'surveyed'; readonly survey: Survey }
  /** The lease is held, and the lane's log was set behind what is committed. */
  | { readonly type: 'taken'; readonly lane: LaneName }
  /** Another member was faster. */
  | { readonly type: 'not_taken'; readonly lane: LaneName }
  | { readonly type: 'released'; readonly lane: LaneName }
  /** It can't be told whether a commit took effect, or the lane does not stand where it was left. */
  | { readonly type: 'doubted'; readonly lanes: readonly LaneName[] }
  | { readonly type: 'session_lost'; readonly error: string }
  | { readonly type: 'store_failed'; readonly error: string }
  | { readonly type: 'stored' };

export function newLeadership(self: string, configured: readonly LaneName[]): Leadership {
  return {
    self,
    configured,
    lanes: new Map(configured.map((lane) => [lane, 'unknown'])),
    free: new Set(),
    toTake: [],
    store: { state: 'starting' },
  };
}

/** True while ticks of the lane are kept and numbered by this process. */
export function isKept({ lanes, store }: Leadership, lane: LaneName): boolean {
  const phase = lanes.get(lane);
  return phase === 'unknown' ? store.state !== 'there' : phase !== undefined && phase !== 'following';
}

/** True while what is kept goes live; until it was asked once who leads it waits, because another may be sending it. */
export function isLive(state: Leadership, lane: LaneName): boolean {
  return isKept(state, lane) && !(state.lanes.get(lane) === 'unknown' && state.store.state === 'starting');
}

/** True while ticks of the lane may be stored by this process. */
export function mayStore(phase: LanePhase | undefined): boolean {
  return phase === 'leading' || phase === 'leaving';
}

/** The lanes that may be stored now, those that are to be drained first. */
export function storableLanes(state: Leadership): readonly LaneName[] {
  const lanes = [...state.lanes].filter(([, phase]) => mayStore(phase)).map(([lane]) => lane);
  return lanes.toSorted((a, b) => Number(isOld(state, b)) - Number(isOld(state, a)));
}

/** It is not of the settings of now: it is led until it is drained. */
export function isOld({ configured }: Leadership, lane: LaneName): boolean {
  return !configured.includes(lane);
}

/** For people; a lane of other settings is drained while it is led, and then done with. */
export function stateOf(state: Leadership, lane: LaneName): LaneState {
  const phase = state.lanes.get(lane) ?? 'following';
  return mayStore(phase) && isOld(state, lane) ? 'draining' : phase;
}

/** What an event makes of the state; pure. */
export function nextLeadership(state: Leadership, event: LeadershipEvent): Leadership {
  switch (event.type) {
    case 'undrained_known': {
      const phase = state.store.state === 'there' ? 'following' : 'unknown';
      const lanes = [...state.configured, ...event.lanes];
      return { ...state, lanes: new Map(lanes.map((lane) => [lane, state.lanes.get(lane) ?? phase])) };
    }
    case 'surveyed':
      return surveyed(state, event.survey);
    case 'taken':
      return withPhase(state, [event.lane], () => 'leading');
    case 'not_taken':
    case 'released':
      return withPhase(state, [event.lane], () => 'following');
    case 'doubted':
      return withPhase(state, event.lanes, doubted);
    case 'session_lost':
      return { ...withPhase(state, [...state.lanes.keys()], doubted), store: { state: 'away', error: event.error } };
    case 'store_failed':
      return { ...state, store: { state: 'away', error: event.error } };
    case 'stored':
      return state.store.state === 'there' ? state : { ...state, store: { state: 'there' } };
  }
}

function surveyed(state: Leadership, survey: Survey): Leadership {
  const { self } = state;
  const lanes = new Map(state.lanes);
  const leaderOf = (lane: LaneName): string | undefined => survey.lanes.get(lane)?.leader;
  const { take, leave } = shareOf(survey, self, [...lanes.keys()], state.free);
  const toTake: LaneName[] = [];
  for (const [lane, phase] of state.lanes) {
    // A leader keeps its phase until a commit or the session says otherwise: a survey may be older than that.
    if (mayStore(phase)) continue;
    // Its own, too, is a lane whose lease is held but whose log could not be placed yet.
    const isOwn = take.includes(lane) || leaderOf(lane) === self;
    const isOthers = !isOwn && (phase === 'unknown' || leaderOf(lane) !== undefined);
    if (isOthers) lanes.set(lane, 'following');
    else if (isOwn || phase === 'doubtful') toTake.push(lane);
  }
  if (leave !== undefined && lanes.get(leave) === 'leading') lanes.set(leave, 'leaving');
  const free = new Set([...lanes.keys()].filter((lane) => leaderOf(lane) === undefined));
  return { ...state, lanes, free, toTake, store: { state: 'there' } };
}

function doubted(phase: LanePhase): LanePhase {
  return mayStore(phase) ? 'doubtful' : phase;
}

function withPhase(state: Leadership, lanes: readonly LaneName[], change: (phase: LanePhase) => LanePhase): Leadership {
  const next = new Map(state.lanes);
  for (const lane of lanes) {
    const phase = next.get(lane);
    if (phase !== undefined) next.set(lane, change(phase));
  }
  return { ...state, lanes: next };
}

/** What the process is on the whole, for people. */
export function roleOf({ lanes, store }: Leadership): 'leader' | 'follower' | 'starting' | 'store-away' {
  if (store.state === 'away') return 'store-away';
  if ([...lanes.values()].some(mayStore)) return 'leader';
  return store.state === 'starting' ? 'starting' : 'follower';
}
