import { fit, predict } from './fit.ts';
import { FLUSH_SECONDS, type ScalePoint, type ScaleResult } from './scale-run.ts';

/** What a part's CPU is made of, µs each. */
export interface CpuModel {
  readonly tick: number;
  /** A stock that has ticks in a flush: its rows of rollups, totals and newest price. */
  readonly stockInFlush: number;
  /** A lane, a second. */
  readonly lane: number;
  /** A subscriber process, a second. */
  readonly process: number;
}

export interface Measured {
  readonly point: ScalePoint;
  readonly result: ScaleResult;
}

/** @param cpu of the part, in seconds */
export function fitCpu(measured: readonly Measured[], cpu: (result: ScaleResult) => number): CpuModel {
  const [tick = 0, stockInFlush = 0, lane = 0, process = 0] = fit(
    measured.map(({ point, result }) => ({ amounts: amountsOf(point, result), measured: cpu(result) * 1e6 })),
  );
  return { tick, stockInFlush, lane, process };
}

/** @param done what was stored, and in which time @returns CPU seconds */
export function cpuOf({ tick, stockInFlush, lane, process }: CpuModel, point: ScalePoint, done: Done): number {
  return predict([tick, stockInFlush, lane, process], amountsOf(point, done)) / 1e6;
}

/** @returns cores that a load keeps busy */
export function coresOf(model: CpuModel, point: ScalePoint): number {
  return cpuOf(model, point, { ticks: point.rate, seconds: 1 });
}

type Done = Pick<ScaleResult, 'ticks' | 'seconds'>;

function amountsOf({ lanes, processes, rate, stocks }: ScalePoint, { ticks, seconds }: Done): readonly number[] {
  const perFlush = rate * FLUSH_SECONDS;
  // So many of them have a tick in a flush when ticks are spread at random.
  const touched = stocks * (1 - Math.exp(-perFlush / stocks));
  return [ticks, (ticks / perFlush) * touched, lanes * seconds, processes * seconds];
}
