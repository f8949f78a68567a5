import { goToMoment, moment } from './moment.ts';

/** Takes the page back to a moment (epoch seconds) and plays on from there, as fast as it was played last. */
export function replayFrom(seconds: number): void {
  goToMoment(Math.round(seconds * 1e6), { playing: true, speed: moment.peek()?.speed ?? 1 });
}
