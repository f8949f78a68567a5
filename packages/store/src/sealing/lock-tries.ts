import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { isAnswer } from '../store-errors.ts';

/**
 * How long to wait for a lock, try by try, and how long to pause behind it, ms. Whoever wants the table meanwhile waits as
 * long, so the first tries are short: they do where nobody reads for long.
 */
const TRIES: readonly (readonly [number, number])[] = [
  [50, 100],
  [100, 200],
  [200, 500],
  [500, 1000],
  [500, 2000],
  ...Array.from({ length: 15 }, () => [500, 5000] as const),
];

export const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Does something that waits for locks which others hold for long, some times.
 * @param work begins by setting `lock_timeout`; it is cleaned up after a failure
 * @param options how many tries at most; what ends them
 * @throws what the last try did
 */
export async function withLockTries<T>(
  work: (lockTimeoutMs: number) => Promise<T>,
  cleanUp: () => Promise<unknown>,
  {
    tries = TRIES.length,
    signal,
  }: { readonly tries?: number | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<T> {
  for (let i = 0; ; i++) {
    const [timeout, pause] = TRIES[Math.min(i, TRIES.length - 1)] ?? [500, 5000];
    try {
      return await work(timeout);
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      await cleanUp();
      if (i + 1 >= tries) throw error;
    }
    await sleep(pause, undefined, signal === undefined ? {} : { signal });
  }
}

export function isLockTimeout(error: unknown): error is pg.DatabaseError {
  return isAnswer(error) && error.code === LOCK_NOT_AVAILABLE;
}
