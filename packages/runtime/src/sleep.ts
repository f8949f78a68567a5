import { setTimeout } from 'node:timers/promises';

/** Waits (not at all for a time that has passed); returns early, without throwing, when the signal aborts. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(Math.max(0, ms), undefined, signal === undefined ? {} : { signal }).catch(() => {});
}
