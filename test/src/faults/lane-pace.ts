import type { FaultStack } from './fault-stack.ts';
import { type LaneAges, percentile } from './lane-ages.ts';
import type { ScriptedCentrifugo } from './scripted-centrifugo.ts';

/** What a lane may be slower by than before: the ratio, or else so much noise of a busy machine, ms. */
const MAX_RATIO = 1.2;
const NOISE_MS = { 'age of what is committed': 200, 'way to the viewers': 50 };

const STOP_MS = 3000;

/** Instants, ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A percentile of one measure before a disturbance and in it, ms. */
export interface Pace {
  readonly what: keyof typeof NOISE_MS;
  readonly when: string;
  readonly before: number;
  readonly during: number;
}

/** How fast lanes are committed and sent to the viewers. */
export class LanePace {
  readonly #stack: FaultStack;
  readonly #centrifugo: ScriptedCentrifugo;
  readonly #ages: LaneAges;

  constructor(stack: FaultStack, centrifugo: ScriptedCentrifugo, ages: LaneAges) {
    this.#stack = stack;
    this.#centrifugo = centrifugo;
    this.#ages = ages;
  }

  /** Compares lanes' slowest hundredth in quiet and in trouble. */
  compare(when: string, quiet: Span, trouble: Span, lanes: ReadonlySet<string>): readonly Pace[] {
    const commit = { before: this.#commit(quiet, lanes), during: this.#commit(trouble, lanes) };
    const live = { before: this.#live(quiet, lanes), during: this.#live(trouble, lanes) };
    return [
      { what: 'age of what is committed', when, ...commit },
      { what: 'way to the viewers', when, ...live },
    ];
  }

  #commit({ from, to }: Span, lanes: ReadonlySet<string>): number {
    return percentile(this.#ages.between(from, to, lanes), 0.99);
  }

  #live({ from, to }: Span, lanes: ReadonlySet<string>): number {
    const { publisher } = this.#stack;
    const ways: number[] = [];
    for (const [n, { at }] of this.#centrifugo.accepted) {
      const sentAt = publisher.fates[n - 1]?.sentAt ?? 0;
      if (sentAt >= from && sentAt <= to && lanes.has(publisher.lane(n))) ways.push(at - sentAt);
    }
    return percentile(ways, 0.99);
  }
}

export function isSlower({ what, before, during }: Pace): boolean {
  return during > Math.max(before * MAX_RATIO, before + NOISE_MS[what]);
}

/** Slower than a machine is whose cores are busy with the start of another process. */
export function hasStopped({ before, during }: Pace): boolean {
  return during > before + STOP_MS;
}

export function describe({ what, when, before, during }: Pace): string {
  const ratio = before > 0 ? (during / before).toFixed(2) : '–';
  return `${what} of the other lanes ${when}: p99 ${ratio} times as long (${before.toFixed(0)} ms, then ${during.toFixed(0)} ms)`;
}

/** Of each measure and disturbance the slowest. */
export function slowest(paces: readonly Pace[]): readonly Pace[] {
  const byKind = new Map<string, Pace>();
  for (const pace of paces) {
    const kind = `${pace.what} ${pace.when}`;
    const known = byKind.get(kind);
    if (known === undefined || pace.during / pace.before > known.during / known.before) byKind.set(kind, pace);
  }
  return [...byKind.values()];
}
