import type { EpochMicros } from '@tickwatch/core';
import type { ReplaySink } from './played.ts';
import type { PageOffset, ReadPage } from './read-ahead.ts';
import type { Speed } from './replay-clock.ts';
import type { Timeline } from './timeline.ts';

export interface PlayerOptions {
  readonly read: ReadPage;
  readonly sink: ReplaySink;
  readonly timeline: Timeline;
  /** µs; ticks of this time count. */
  readonly from: EpochMicros;
  /** µs; where it is when all is played. */
  readonly to: EpochMicros;
  readonly speed: Speed;
  /** Where an earlier run was, if not at the begin. */
  readonly place?: PageOffset | undefined;
  readonly ticksPerSecond: number;
  /** Of a message's ticks, in the live form. */
  readonly messageBytes: number;
  /** Whether to try again what could not be published; otherwise {@link Player.run} rejects. */
  readonly mayRetry: boolean;
  /** How many ms later than they were due the first of some ticks go out. */
  readonly onLag?: (ms: number, ticks: number) => void;
  /** What could not be read or published, and is tried again. */
  readonly onError?: (error: unknown) => void;
}
