/** What replays may take. */
export interface ReplayLimits {
  /** At once. */
  readonly most: number;
  /** Of each. */
  readonly ticksPerSecond: number;
  /** From its first moment to its last one. */
  readonly longestRangeMs: number;
  /** From its begin to its end, pauses and all. */
  readonly longestMs: number;
}

export const DEFAULT_REPLAY_LIMITS: ReplayLimits = {
  most: 8,
  ticksPerSecond: 20_000,
  longestRangeMs: 31 * 86_400_000,
  longestMs: 24 * 3_600_000,
};
