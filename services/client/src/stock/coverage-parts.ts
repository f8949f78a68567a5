import type { Gap, Hole, HoleReason } from '@tickwatch/core';
import { spanOfHole } from './chart-bands.ts';
import { type TimeSpan, united, within } from './time-spans.ts';

/** A hole as an answer names it, or as it is recorded, with its lane and its stocks. */
export type KnownHole = Hole | Gap;

/**
 * What is known of a stretch of time. `covered`: all that was published is here; `missing`: ticks are, or may be, missing;
 * `refused`: they were turned away; `closed`: no exchange was open; `unknown`: nobody can tell; `asking`: not answered yet.
 */
export type CoverageKind = 'covered' | 'missing' | 'refused' | 'closed' | 'unknown' | 'asking';

export interface CoveragePart extends TimeSpan {
  readonly kind: CoverageKind;
  /** Why, where it is a hole. */
  readonly holes: readonly KnownHole[];
}

export interface CoverageFacts {
  readonly holes: readonly KnownHole[];
  /** When exchanges were closed, ascending. */
  readonly closed: readonly TimeSpan[];
  /** What the newest answer is about, epoch seconds; undefined: nothing is answered yet. */
  readonly answered: TimeSpan | undefined;
  /** Epoch seconds. */
  readonly now: number;
}

/** So many holes an answer names at most. */
export const MOST_HOLES = 100;
/** A hole of one moment has a length, too. */
const SHORTEST = 0.001;

const KINDS: Readonly<Partial<Record<HoleReason, CoverageKind>>> = {
  refused: 'refused',
  rejected: 'refused',
  unknown: 'unknown',
  waiting: 'unknown',
};
/** Of holes that lie over each other, the gravest gives the kind. */
const GRAVITY: readonly CoverageKind[] = ['missing', 'refused', 'unknown'];

export function kindOfHole({ reason }: KnownHole): CoverageKind {
  return KINDS[reason] ?? 'missing';
}

/** Takes a span apart, in order and without a gap; what lies in the future is no part. */
export function coverageParts(
  span: TimeSpan,
  { holes, closed, answered, now }: CoverageFacts,
): readonly CoveragePart[] {
  const whole = { from: span.from, to: Math.min(span.to, now) };
  if (whole.from >= whole.to) return [];
  const known = holes.map((hole) => ({ hole, ...lasting(spanOfHole(hole, now)) }));
  const shut = within(whole, united(closed));
  const sure = within(whole, answered === undefined ? [] : [answeredSpan(answered, known, holes.length)]);
  const parts: CoveragePart[] = [];
  const cuts = cutsOf(whole, [...known, ...shut, ...sure]);
  let night = 0;
  for (let index = 0; index + 1 < cuts.length; index++) {
    const [from = 0, to = 0] = [cuts[index], cuts[index + 1]];
    const here = known.filter((one) => one.from < to && one.to > from).map(({ hole }) => hole);
    while ((shut[night]?.to ?? Number.POSITIVE_INFINITY) <= from) night++;
    const isShut = (shut[night]?.from ?? Number.POSITIVE_INFINITY) < to;
    const isSure = sure.some((one) => one.from < to && one.to > from);
    join(parts, { from, to, kind: kindOf(here, isShut, isSure), holes: here });
  }
  return parts;
}

function kindOf(holes: readonly KnownHole[], isShut: boolean, isSure: boolean): CoverageKind {
  const kinds = holes.map(kindOfHole);
  const gravest = GRAVITY.find((kind) => kinds.includes(kind));
  return gravest ?? (isShut ? 'closed' : isSure ? 'covered' : 'asking');
}

/** An answer that names as many holes as it may says nothing of what comes behind the last. */
function answeredSpan({ from, to }: TimeSpan, known: readonly TimeSpan[], count: number): TimeSpan {
  if (count < MOST_HOLES) return { from, to };
  return { from, to: known.reduce((last, one) => Math.max(last, Math.min(one.to, to)), from) };
}

function lasting({ from, to }: TimeSpan): TimeSpan {
  return { from, to: Math.max(to, from + SHORTEST) };
}

function cutsOf({ from, to }: TimeSpan, spans: readonly TimeSpan[]): readonly number[] {
  const inside = spans.flatMap((span) => [span.from, span.to]).filter((cut) => cut > from && cut < to);
  return [from, ...new Set(inside.sort((a, b) => a - b)), to];
}

function join(parts: CoveragePart[], part: CoveragePart): void {
  const last = parts[parts.length - 1];
  const isSame =
    last?.kind === part.kind &&
    last.holes.length === part.holes.length &&
    last.holes.every((hole, index) => hole === part.holes[index]);
  if (isSame) parts[parts.length - 1] = { ...last, to: part.to };
  else parts.push(part);
}
