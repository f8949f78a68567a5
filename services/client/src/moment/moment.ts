import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { LaneName } from '@tickwatch/core';

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
let now: (() => number) | undefined;
let played: PlayedTicks | undefined;

/** The moment that the page shows; undefined: it is live. */
export const moment: ReadonlySignal<Moment | undefined> = state;

/** Grows whenever the page leaps to a moment or back to live; playing on does not change it. */
export const leaps: ReadonlySignal<number> = count;

/** What time it is in what is shown, epoch µs, a whole number; undefined: the page is live. */
export function playedMicros(): number | undefined {
  return now?.();
}

/** Shows a moment of the past; what was playing goes on playing from there. @param at epoch µs, not of the future */
export function goToMoment(at: number, { playing = false, speed = 1 } = state.peek() ?? {}): void {
  leap(() => at, { at, playing, speed });
}

/** Plays on from where it stands, or holds it there; does nothing while the page is live. */
export function playMoment(change: { readonly playing?: boolean; readonly speed?: number }): void {
  const before = state.peek();
  if (before !== undefined) state.value = { ...before, ...change, at: now?.() ?? before.at };
}

export function goLive(): void {
  if (state.peek() !== undefined) leap(undefined, undefined);
}

function leap(to: typeof now, shown: Moment | undefined): void {
  now = to;
  played = undefined;
  batch(() => {
    state.value = shown;
    // Read so that an effect that leads to a moment does not follow it.
    count.value = count.peek() + 1;
  });
}

/** Until the next leap the time in what is shown is that of a clock: whoever plays it moves it. */
export function showTimeOf(clock: { now(): number }): void {
  now = () => clock.now();
}

/** Numbers of ticks are those of what is played from now on, until the next leap. */
export function countPlayed(ticks: PlayedTicks): void {
  played = ticks;
}

/** How far an answer as of a moment reaches in what is played. A lane that is left out has nothing played yet. */
export function playedPosition(micros: number): ReadonlyMap<LaneName, number> {
  return played?.positionAt(micros) ?? new Map();
}
