import { type LaneAges, percentile } from './lane-ages.ts';
import type { ScriptedCentrifugo } from './scripted-centrifugo.ts';
import type { TickStack } from './tick-stack.ts';

/** What lanes may be slower by: the ratio, or else so much noise of a busy machine, ms; on a busy one, as much again. */
const MAX_RATIO = 1.2;
const NOISE_MS = { 'age of what is committed': 300, 'way to the viewers': 100 };
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
  readonly #stack: TickStack;
  readonly #centrifugo: ScriptedCentrifugo;
  readonly #ages: LaneAges;

  constructor(stack: TickStack, centrifugo: ScriptedCentrifugo, ages: LaneAges) {
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
  return during > Math.max(before * MAX_RATIO, before + Math.max(NOISE_MS[what], before));
}

/** Slower than a machine is whose cores are busy with the start of another process. */
export function hasStopped({ before, during }: Pace): boolean {
  return during > before + STOP_MS;
}

/** Of each measure and disturbance what most rounds were like. */
export function usual(paces: readonly Pace[]): readonly Pace[] {
  return [...grouped(paces).values()].map((group) => {
    const [first] = group as [Pace];
    const middle = (values: readonly number[]): number => percentile(values, 0.5);
    return {
      ...first,
      before: middle(group.map(({ before }) => before)),
      during: middle(group.map(({ during }) => during)),
    };
  });
}

/** Of each measure and disturbance the slowest round. */
export function slowest(paces: readonly Pace[]): readonly Pace[] {
  return [...grouped(paces).values()].map((group) =>
    group.reduce((slowest, pace) => (pace.during / pace.before > slowest.during / slowest.before ? pace : slowest)),
  );
}

export function describe({ what, when, before, during }: Pace): string {
  const ratio = before > 0 ? (during / before).toFixed(2) : '–';
  return `${what} of the other lanes ${when}: p99 ${ratio} times as long (${before.toFixed(0)} ms, then ${during.toFixed(0)} ms)`;
}

function grouped(paces: readonly Pace[]): ReadonlyMap<string, readonly Pace[]> {
  const groups = new Map<string, Pace[]>();
  for (const pace of paces) {
    const kind = `${pace.what} ${pace.when}`;
    groups.set(kind, [...(groups.get(kind) ?? []), pace]);
  }
  return groups;
}
