import { setTimeout as delay } from 'node:timers/promises';

/** Waits until `condition` holds. @throws Error naming `what` after 20 s, which a loaded machine may need */
export async function eventually(what: string, condition: () => boolean, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await delay(5);
  }
}
