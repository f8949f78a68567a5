export const MS_PER_MINUTE = 60_000;
export const MS_PER_DAY = 86_400_000;

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
  longestRangeMs: 31 * MS_PER_DAY,
  longestMs: MS_PER_DAY,
};
