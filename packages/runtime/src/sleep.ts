import { setTimeout } from 'node:timers/promises';

/** Waits; returns early, without throwing, when the signal aborts. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {});
}
