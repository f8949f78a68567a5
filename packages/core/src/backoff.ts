export interface BackoffOptions {
  /** First delay in ms. */
  readonly minMs?: number;
  /** Largest delay in ms. */
  readonly maxMs?: number;
}

/**
 * Delay before retry number `attempt` (from 0): doubles from `minMs` to `maxMs`, then half of it is random,
 * so that many clients of one server that came back do not return in step.
 * @returns milliseconds
 */
export function backoffMs(attempt: number, { minMs = 100, maxMs = 5000 }: BackoffOptions = {}): number {
  const full = Math.min(maxMs, minMs * 2 ** Math.min(attempt, 20));
  return full / 2 + Math.random() * (full / 2);
}
