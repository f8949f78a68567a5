import { type ReadonlySignal, signal } from '@preact/signals';
import type { LaneName } from '@tickwatch/core';
import { PlayedClock } from './played-clock.ts';

/** A moment of the past that the page shows in place of now. */
export interface Moment {
  /** Where it stood when it was last chosen, played or paused, epoch µs; {@link playedMicros} goes on from there. */
  readonly at: number;
  readonly playing: boolean;
  /** Played seconds in a second. */
  readonly speed: number;
}

/** What is known of the ticks that are played since the page went to a moment. */
export interface PlayedTicks {
  /** The number of the last tick at or before a moment, of each lane. */
  positionAt(micros: number): ReadonlyMap<LaneName, number>;
}

const state = signal<Moment | undefined>(undefined);
const count = signal(0);
let clock: PlayedClock | undefined;
let played: PlayedTicks | undefined;

/** The moment that the page shows; undefined: it is live. */
export const moment: ReadonlySignal<Moment | undefined> = state;

/** Grows whenever the page leaps to a moment or back to live; playing on does not change it. */
export const leaps: ReadonlySignal<number> = count;

/** What time it is in what is shown, epoch µs, a whole number; undefined: the page is live. */
export function playedMicros(): number | undefined {
  return clock?.now();
}

/** The clock of what is shown, for whoever plays it. */
export function playedClock(): PlayedClock | undefined {
  return clock;
}

/** Shows a moment of the past; what was playing goes on playing from there. @param at epoch µs, not of the future */
export function goToMoment(at: number, { playing = false, speed = 1 } = state.peek() ?? {}): void {
  clock = new PlayedClock(at, speed, () => performance.now());
  clock.run(playing, speed);
  played = undefined;
  state.value = { at, playing, speed };
  count.value = count.peek() + 1;
}

/** Plays on from where it stands, or holds it there. */
export function playMoment(change: { readonly playing?: boolean; readonly speed?: number }): void {
  const before = state.peek();
  if (before === undefined || clock === undefined) return;
  const { playing, speed } = { ...before, ...change };
  clock.run(playing, speed);
  state.value = { at: clock.now(), playing, speed };
}

export function goLive(): void {
  if (state.peek() === undefined) return;
  clock = undefined;
  played = undefined;
  state.value = undefined;
  count.value = count.peek() + 1;
}

/** Numbers of ticks are those of what is played from now on, until the next leap. */
export function countPlayed(ticks: PlayedTicks): void {
  played = ticks;
}

/** How far an answer as of a moment reaches in what is played. A lane that is left out has nothing played yet. */
export function playedPosition(micros: number): ReadonlyMap<LaneName, number> {
  return played?.positionAt(micros) ?? new Map();
}
