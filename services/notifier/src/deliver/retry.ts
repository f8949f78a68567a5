import { backoffMs, type EpochMicros } from '@tickwatch/core';

/** A delivery that was not taken is tried again after about 1, 2, 4 … s, at last every 10 minutes. */
const DELIVERY = { minMs: 1000, maxMs: 600_000 };
/** A receiver that takes nothing is left alone for so long, whatever waits for it. */
const RECEIVER = { minMs: 1000, maxMs: 60_000 };
/** A receiver may ask for so much patience. */
const MOST_ASKED_MS = 3_600_000;

/** How long a receiver is left alone that was unwell so many times in a row (from 1: that may be chance), ms. */
export function restMs(failures: number, askedMs = 0): number {
  const rest = failures === 1 ? 0 : backoffMs(failures - 2, RECEIVER);
  return Math.max(rest, Math.min(askedMs, MOST_ASKED_MS));
}

/** After how long a delivery is tried again. @param attempts before the one that failed now */
export function retryDelayMs(attempts: number, askedMs = 0): number {
  return Math.max(backoffMs(attempts, DELIVERY), Math.min(askedMs, MOST_ASKED_MS));
}

/**
 * When a delivery is tried again: for the last time where its time ends.
 * @returns `undefined`: its time is over
 */
export function retryAt(now: EpochMicros, delayMs: number, end: EpochMicros): EpochMicros | undefined {
  return now >= end ? undefined : (Math.min(now + Math.round(delayMs * 1000), end) as EpochMicros);
}
