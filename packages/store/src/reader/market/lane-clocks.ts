import type { LaneLayouts } from './lane-layouts.ts';
import { MinimumTree } from './minimum-tree.ts';

/** A tick that came behind others of its lane that are up to so much later was late; one of more was played at its own time. µs. */
export const HORIZON_MICROS = 5_000_000;
/** A tick's clock is told by ticks that are up to so much later. µs. */
export const LOOK_AHEAD_MICROS = 2 * HORIZON_MICROS;

/** Columns of ticks, of which some may be left out. */
export interface LaneTicks {
  readonly count: number;
  readonly times: Float64Array;
  readonly seqs: Float64Array;
  readonly keyOf: Uint32Array;
}

/**
 * When each tick arrived, as the time stamps of its lane tell it. Of a tick, all that its lane had by then (their seq is lower)
 * is looked at up to {@link LOOK_AHEAD_MICROS} behind it: the newest of those is its clock, unless that is its own time, or more
 * than {@link HORIZON_MICROS} away: then it was imported, say.
 * @param order places of the ticks by time @param ahead the ticks behind them, @param orderAhead by time
 */
export function laneClocks(
  ticks: LaneTicks,
  order: Uint32Array,
  ahead: LaneTicks,
  orderAhead: Uint32Array,
  layouts: LaneLayouts,
  clocks: Float64Array,
): void {
  const lanes = new Map<number, Lane>();
  const laneOf = (key: number, seq: number): Lane => {
    const number = layouts.laneOf(key, seq);
    let lane = lanes.get(number);
    if (lane === undefined) {
      lane = { places: [], times: [], seqs: [] };
      lanes.set(number, lane);
    }
    return lane;
  };
  const take = ({ times, seqs, keyOf }: LaneTicks, i: number, place: number): void => {
    const seq = seqs[i] as number;
    // What has no number says nothing of others.
    if (seq <= 0) return;
    const lane = laneOf(keyOf[i] as number, seq);
    lane.places.push(place);
    lane.times.push(times[i] as number);
    lane.seqs.push(seq);
  };
  for (let at = 0; at < ticks.count; at++) {
    const i = order[at] as number;
    clocks[i] = ticks.times[i] as number;
    take(ticks, i, i);
  }
  for (let at = 0; at < ahead.count; at++) take(ahead, orderAhead[at] as number, -1);
  for (const lane of lanes.values()) setLate(lane, clocks);
}

/** In the order of time. */
interface Lane {
  /** -1: of what is only looked at. */
  readonly places: number[];
  readonly times: number[];
  readonly seqs: number[];
}

function setLate({ places, times, seqs }: Lane, clocks: Float64Array): void {
  let tree: MinimumTree | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let i = times.length - 1; i >= 0; i--) {
    const [place, seq] = [places[i] as number, seqs[i] as number];
    // Most came in order: nothing behind them has a lower number.
    if (place >= 0 && least < seq) {
      tree ??= new MinimumTree(seqs);
      const time = times[i] as number;
      const newest = times[tree.lastBelow(seq, firstAbove(times, time), firstAbove(times, time + LOOK_AHEAD_MICROS))];
      if (newest !== undefined && newest - time <= HORIZON_MICROS) clocks[place] = newest;
    }
    if (seq < least) least = seq;
  }
}

function firstAbove(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
