/** What became of a day that was to be sealed. */
export type SealOutcome = SealedDayOutcome | PostponedDay;

export interface SealedDayOutcome {
  readonly state: 'sealed';
  /** UTC, `YYYY-MM-DD`. */
  readonly day: string;
  /** Of the whole day. */
  readonly ticks: number;
  readonly blocks: number;
  readonly bytes: number;
  /** Ticks that were packed now: of a day that was sealed before, those of the stocks that had late ticks. */
  readonly packed: number;
  readonly seconds: number;
  /** Stocks with a damaged block, which were left as they are, their late ticks beside. */
  readonly damaged: readonly string[];
}

/** The day is as it was; the next try may do better. */
export interface PostponedDay {
  readonly state: 'postponed';
  readonly day: string;
  readonly why: string;
  /** Another process is at it. */
  readonly isOthersTurn: boolean;
}

/** A day as `sealed_days` has it. */
export interface SealedDay {
  readonly day: string;
  readonly ticks: number;
  readonly blocks: number;
  readonly bytes: number;
}
