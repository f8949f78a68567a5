/** Why messages are missing, as `gaps` records it. */
export const GAP_REASONS = [
  /** Pub/Sub: nobody was connected. */
  'not_listening',
  /** Neither log nor memory had room; they went live only. */
  'refused',
  /** The source's retention removed them before they were read. */
  'overtaken',
  /** The source's ids went back: another stream has taken its place. */
  'source_restarted',
  /** A restored or failed-over database lost what was committed, and the log has it no more. */
  'store_went_back',
  /** The system's clock was set, or the machine slept: times in between are doubtful. */
  'clock_stepped',
  /** The spool was damaged. */
  'spool_damaged',
  /** A publisher numbers its messages, and these numbers never came. */
  'numbers_missing',
  /** Lines of a file that are no ticks. */
  'rejected',
  /** A packed block of a sealed day can't be read: its ticks are missing, the others are there. Recorded when it is given up. */
  'block_damaged',
] as const;
export type GapReason = (typeof GAP_REASONS)[number];

/** Why an answer is not complete: what is recorded, and what only the moment of asking knows. */
export const HOLE_REASONS = [
  ...GAP_REASONS,
  /** Nobody listened yet, or nobody can be asked: nothing is known of it. */
  'unknown',
  /** It lies in the source or in the log, and is not answered yet. */
  'waiting',
  /** Single ticks of that time were dropped by retention; sums and candles still have them. */
  'not_kept',
] as const;
export type HoleReason = (typeof HOLE_REASONS)[number];
