import type { System } from '@tickwatch/core';
import { getJson } from './api/http.ts';
import { clockLeapt, clockUncertainty, noteAnswer, noteTime } from './clock.ts';

const LOOK_MS = 1000;
/** A clock that may be off by more is asked for; headers alone leave half a second. */
const ENOUGH_MS = 250;
const AGAIN_MS = 2000;

let askedAt = Number.NEGATIVE_INFINITY;
/** Of the last answer, ms: over a slow line it can't be known better. */
let roundTrip = 0;

/** Asked for while the page's script is still on its way (vite.config.ts), so that nobody has to wait for it. */
const TIME_PATH = '/api/udf/time';
/** Longest wait for it: a page with a wrong clock is better than none. */
const FIRST_MS = 1000;

/** Resolves when the server has told its time: what is drawn before would be drawn by a clock that may be an hour off. */
export async function firstTime(): Promise<void> {
  const told = fetch(TIME_PATH, { signal: AbortSignal.timeout(FIRST_MS) }).then(({ headers }) => {
    // Of a preload only the browser knows when it was sent.
    const entries = performance.getEntriesByName(new URL(TIME_PATH, location.href).href, 'resource');
    const sent = Math.min(performance.now(), ...entries.map((entry) => entry.startTime));
    noteAnswer(headers, sent, performance.now());
  });
  await told.catch(() => {});
}

/**
 * Asks for the server's time now, and again when this machine wakes up or its clock is set. The `Date` header of every
 * other answer helps, but only to the second.
 */
export function watchClock(): void {
  look();
  setInterval(look, LOOK_MS);
  // Timers of a page that was hidden or slept come late.
  for (const event of ['pageshow', 'online', 'focus']) addEventListener(event, look);
  document.addEventListener('visibilitychange', look);
}

function look(): void {
  const now = performance.now();
  if (clockLeapt() || (clockUncertainty() > Math.max(ENOUGH_MS, roundTrip) && now - askedAt > AGAIN_MS)) void ask(now);
}

async function ask(sent: number): Promise<void> {
  askedAt = sent;
  try {
    const { body } = await getJson<System>('/api/system');
    const time = Date.parse(body.now);
    const received = performance.now();
    roundTrip = received - sent;
    if (!Number.isNaN(time)) noteTime({ from: time, to: time + 1 }, sent, received);
  } catch {
    // Asked again soon, and any other answer tells the time, too.
  }
}
