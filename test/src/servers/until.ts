import { setTimeout } from 'node:timers/promises';

export interface UntilOptions {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
  /** Named in the error when time is up. */
  readonly what?: string;
}

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
  { timeoutMs = 20_000, everyMs = 20, what = 'the condition' }: UntilOptions = {},
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let last: unknown;
    try {
      const result = await check();
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
