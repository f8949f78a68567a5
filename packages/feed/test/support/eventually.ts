import { setTimeout } from 'node:timers/promises';

/** Polls until a check is truthy. @throws Error when time is up */
export async function eventually(check: () => unknown, what: string, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await setTimeout(5);
  }
}
