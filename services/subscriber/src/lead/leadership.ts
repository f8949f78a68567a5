import type { LaneName } from '@tickwatch/core';
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
  readonly lanes: ReadonlyMap<LaneName, LanePhase>;
  /** Lanes that nobody led at the last survey. */
  readonly free: ReadonlySet<LaneName>;
  /** Lanes whose lease should be taken now. */
  readonly toTake: readonly LaneName[];
  /** How PostgreSQL is, and since when not. */
  readonly store: { readonly state: 'starting' | 'there' } | { readonly state: 'away'; readonly error: string };
}

export type LeadershipEvent =
  /** The settings, and lanes that are not drained yet, changed. */
  | { readonly type: 'lanes_known'; readonly lanes: readonly LaneName[] }
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

export function newLeadership(self: string, lanes: readonly LaneName[]): Leadership {
  return {
    self,
    lanes: new Map(lanes.map((lane) => [lane, 'unknown'])),
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

/** What an event makes of the state; pure. */
export function nextLeadership(state: Leadership, event: LeadershipEvent): Leadership {
  switch (event.type) {
    case 'lanes_known':
      return {
        ...state,
        lanes: new Map(event.lanes.map((lane) => [lane, state.lanes.get(lane) ?? newPhase(state)])),
      };
    case 'surveyed':
      return surveyed(state, event.survey);
    case 'taken':
      return { ...withPhase(state, [event.lane], () => 'leading'), toTake: without(state.toTake, event.lane) };
    case 'not_taken':
    case 'released':
      return { ...withPhase(state, [event.lane], () => 'following'), toTake: without(state.toTake, event.lane) };
    case 'doubted':
      return withPhase(state, event.lanes, (phase) => (mayStore(phase) ? 'doubtful' : phase));
    case 'session_lost': {
      const doubted = withPhase(state, [...state.lanes.keys()], (phase) => (mayStore(phase) ? 'doubtful' : phase));
      return { ...doubted, toTake: [], store: { state: 'away', error: event.error } };
    }
    case 'store_failed':
      return { ...state, store: { state: 'away', error: event.error } };
    case 'stored':
      return state.store.state === 'there' ? state : { ...state, store: { state: 'there' } };
  }
}

function surveyed(state: Leadership, survey: Survey): Leadership {
  const { self } = state;
  const lanes = new Map<LaneName, LanePhase>();
  const wanted = [...state.lanes.keys()];
  const { take, leave } = shareOf(survey, self, wanted, state.free);
  for (const [lane, phase] of state.lanes) {
    const leader = survey.lanes.get(lane)?.leader;
    // A leader keeps its phase until a commit or the session says otherwise: a survey may be older than that.
    const isOthers = leader !== undefined && leader !== self && !mayStore(phase);
    const isToBeTaken = take.includes(lane) || leader === self;
    lanes.set(lane, isOthers || (phase === 'unknown' && !isToBeTaken) ? 'following' : phase);
  }
  if (leave !== undefined && lanes.get(leave) === 'leading') lanes.set(leave, 'leaving');
  const free = new Set(wanted.filter((lane) => survey.lanes.get(lane)?.leader === undefined));
  // Also a lane whose lease is held but whose log could not be placed yet.
  const isHeld = (lane: LaneName): boolean => survey.lanes.get(lane)?.leader === self;
  const again = [...lanes]
    .filter(([lane, phase]) => phase === 'doubtful' || (isHeld(lane) && !mayStore(phase)))
    .map(([lane]) => lane);
  const toTake = [...new Set([...again, ...take.filter((lane) => !mayStore(lanes.get(lane)))])];
  return { self, lanes, free, toTake, store: { state: 'there' } };
}

function newPhase({ store }: Leadership): LanePhase {
  return store.state === 'there' ? 'following' : 'unknown';
}

function withPhase(state: Leadership, lanes: readonly LaneName[], change: (phase: LanePhase) => LanePhase): Leadership {
  const next = new Map(state.lanes);
  for (const lane of lanes) {
    const phase = next.get(lane);
    if (phase !== undefined) next.set(lane, change(phase));
  }
  return { ...state, lanes: next };
}

function without(lanes: readonly LaneName[], gone: LaneName): readonly LaneName[] {
  return lanes.filter((lane) => lane !== gone);
}

/** What the process is on the whole, for people. */
export function roleOf({ lanes, store }: Leadership): 'leader' | 'follower' | 'starting' | 'store-away' {
  if (store.state === 'away') return 'store-away';
  if ([...lanes.values()].some((phase) => phase === 'leading' || phase === 'leaving')) return 'leader';
  return store.state === 'starting' ? 'starting' : 'follower';
}
