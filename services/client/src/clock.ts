/**
 * What time it is by the server's clock: ages, silence, "live" and the right end of charts are judged by it, for the
 * clock of the machine that the page is open on may be wrong. Durations are measured by `performance.now()`.
 */

/** Epoch ms. */
export function nowMs(): number {
  return Date.now();
}
