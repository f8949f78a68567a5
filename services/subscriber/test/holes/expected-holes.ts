import type { GapReason } from '@tickwatch/core';

/** What became of a tick. */
export type Fate = 'stored' | 'unheard' | 'skipped' | 'refused' | 'volatile' | 'damaged';

/** What happened, in order. */
export type Event =
  | { readonly type: 'tick'; readonly n: number; readonly time: number; fate: Fate }
  /** Somebody stopped to listen, and began again. */
  | { readonly type: 'break' }
  | { readonly type: 'clock'; readonly from: number; readonly to: number };

/** A hole as it has to be recorded, times in µs. `messages` null: nobody can know. */
export interface ExpectedHole {
  readonly reason: GapReason;
  readonly from: number;
  readonly to: number;
  readonly messages: number | null;
}

type Tick = Extract<Event, { readonly type: 'tick' }>;

/** What has to be recorded between each two ticks that are stored. */
export function expectedHoles(events: readonly Event[], isNumbered: boolean): readonly ExpectedHole[] {
  const holes: ExpectedHole[] = [];
  let before: Tick | undefined;
  let between: Event[] = [];
  for (const event of events) {
    if (event.type !== 'tick' || event.fate !== 'stored') {
      between.push(event);
      continue;
    }
    if (before !== undefined) holes.push(...holesBetween(before.time, event.time, between, isNumbered));
    before = event;
    between = [];
  }
  return holes;
}

function holesBetween(from: number, to: number, events: readonly Event[], isNumbered: boolean): ExpectedHole[] {
  const ticks = events.filter((event) => event.type === 'tick');
  const count = (...fates: Fate[]): number => ticks.filter(({ fate }) => fates.includes(fate)).length;
  const holes: ExpectedHole[] = [];
  const unknown = count('unheard', 'volatile', 'skipped');
  if (events.some(({ type }) => type === 'break')) {
    // Numbers that go on without a break prove that nothing is missing.
    if (!isNumbered) holes.push({ reason: 'not_listening', from, to, messages: null });
    else if (unknown > 0) holes.push({ reason: 'not_listening', from, to, messages: unknown });
  } else if (isNumbered && unknown > 0) holes.push({ reason: 'numbers_missing', from, to, messages: unknown });
  const refused = ticks.filter(({ fate }) => fate === 'refused').map(({ time }) => time);
  if (refused.length > 0) {
    const [first, last] = [Math.min(...refused), Math.max(...refused)];
    holes.push({ reason: 'refused', from: first, to: last, messages: refused.length });
  }
  const damaged = count('damaged');
  if (damaged > 0) holes.push({ reason: 'spool_damaged', from, to, messages: damaged });
  const clocks = events.filter((event) => event.type === 'clock');
  if (clocks.length > 0) {
    const [first, last] = [Math.min(...clocks.map((c) => c.from)), Math.max(...clocks.map((c) => c.to))];
    holes.push({ reason: 'clock_stepped', from: first, to: last, messages: 0 });
  }
  return holes;
}
