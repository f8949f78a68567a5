import { setTimeout } from 'node:timers/promises';

export interface UntilOptions {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
  /** Named in the error when time is up. */
  readonly what?: string;
}

/** Longest time for one check. */
const CHECK_TIMEOUT_MS = 15_000;

/** A check can throw this to say that waiting is of no use. */
export class GiveUpError extends Error {
  override readonly name = 'GiveUpError';
}

/**
 * Polls until a check gives something truthy and returns that; a check that throws counts as "not yet".
 * @throws Error when time is up, with what the check said last
 */
export async function until<T>(
  check: () => T | Promise<T>,
  { timeoutMs = 60_000, everyMs = 20, what = 'the condition' }: UntilOptions = {},
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let last: unknown;
    try {
      const result = await inTime(check());
      if (result) return result as NonNullable<T>;
      last = result;
    } catch (error) {
      if (error instanceof GiveUpError) throw error;
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`${what} did not come true within ${timeoutMs} ms; last: ${last}`);
    await setTimeout(everyMs);
  }
}

/**
 * One check may hang (a request whose connection went away in the wrong moment): it then counts as "not yet". The timer
 * also keeps the process alive while all that a check waits for does not.
 */
async function inTime<T>(checking: T | Promise<T>): Promise<T> {
  const over = new AbortController();
  try {
    const late = setTimeout(CHECK_TIMEOUT_MS, undefined, { signal: over.signal }).then(() => {
      throw new Error(`a check took longer than ${CHECK_TIMEOUT_MS} ms`);
    });
    late.catch(() => {});
    return await Promise.race([checking, late]);
  } finally {
    over.abort();
  }
}
