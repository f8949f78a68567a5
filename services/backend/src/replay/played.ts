import type { EpochMicros, ReplayState, SequencedTick } from '@tickwatch/core';
import type { PageOffset } from './read-ahead.ts';
import type { Speed } from './replay-clock.ts';

/** What is published together. */
export interface Played {
  /** In the order of arrival; none: only how it is. */
  readonly ticks: readonly SequencedTick[];
  /** How often it was set to another moment: ticks of an earlier count are behind it. */
  readonly seek: number;
  /** The moment that it is at: of what is played, all up to there is. */
  readonly time: EpochMicros;
  readonly speed: Speed;
  readonly state: ReplayState;
  /** Behind the last of these ticks. */
  readonly place: PageOffset;
}

/** Where a replay is heard. */
export interface ReplaySink {
  /**
   * Resolves when more may come: who is slow slows the replay.
   * @throws where nothing was published
   */
  publish(played: Played): Promise<void>;
}
