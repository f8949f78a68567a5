import { signal } from '@preact/signals';
import { playedMicros } from './moment/moment.ts';
import { type Clocks, ServerClock } from './server-clock.ts';

/*
 * What time it is by the server's clock: ages, silence, "live" and the right end of charts are judged by it, for the
 * clock of the machine that the page is open on may be wrong. Durations are measured by `performance.now()`.
 */

/** A smaller difference is no matter to anybody. */
const WARN_SECONDS = 2;
/** A `Date` header has whole seconds, and Node looks at the clock once a second, some ms late. */
const HEADER_MS = 1050;

const clocks: Clocks = { wall: () => Date.now(), steady: () => performance.now() };
const clock = new ServerClock(clocks);

/** Seconds that this machine's clock is ahead of the server's (negative: behind); 0: less than two seconds. */
export const clockSkew = signal(0);

/** What time it is in what the page shows: now, or a moment of the past. Epoch ms, whole ones: it goes into addresses. */
export function nowMs(): number {
  const played = playedMicros();
  return played === undefined ? realNowMs() : Math.floor(played / 1000);
}

/** What time it is, whatever the page shows; epoch ms, whole ones. */
export function realNowMs(): number {
  return Math.round(clock.now());
}

/** How far off {@link realNowMs} may be, in ms. */
export function clockUncertainty(): number {
  return clock.uncertainty;
}

/** Whether this machine's clock was set, or it slept, since the last look. */
export function clockLeapt(): boolean {
  const leapt = clock.look();
  tellSkew();
  return leapt;
}

/** Takes an answer's `Date`. @param sent by `performance.now()`, as `received` */
export function noteAnswer(headers: Headers, sent: number, received: number): void {
  const time = Date.parse(headers.get('date') ?? '');
  // What a cache kept is of an earlier time.
  if (Number.isNaN(time) || !/no-store/.test(headers.get('cache-control') ?? '')) return;
  noteTime({ from: time, to: time + HEADER_MS }, sent, received);
}

/** Takes a time that the server was at, epoch ms, when it answered. */
export function noteTime(time: { readonly from: number; readonly to: number }, sent: number, received: number): void {
  clock.note(time, sent, received);
  tellSkew();
}

/** A live tick of this time has come, epoch ms. */
export function noteTickTime(time: number): void {
  clock.noteTick(time);
}

function tellSkew(): void {
  const seconds = clock.skewSeconds(WARN_SECONDS);
  // Nobody wants to read a minute's seconds, and they would change with every answer.
  const step = Math.abs(seconds) < 60 ? 1 : 60;
  clockSkew.value = Math.round(seconds / step) * step;
}
