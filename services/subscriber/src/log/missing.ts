import type { EpochMicros } from '@tickwatch/core';
import type { Hole } from '@tickwatch/feed';
import { joinHoles } from './holes.ts';
import type { Segment } from './segment.ts';

/** What is missing behind everything that a lane's log has so far: the next segment will say so. */
export class Missing {
  /** Since when the source is listened to without a break; 0: nothing came since. */
  listensSince = 0 as EpochMicros;
  #holes: readonly Hole[] = [];

  get holes(): readonly Hole[] {
    return this.#holes;
  }

  add(...holes: readonly Hole[]): void {
    this.#holes = joinHoles(this.#holes, holes);
  }

  /** The source is listened to again: what was published before was not heard. */
  listens(since: EpochMicros): void {
    this.listensSince = since;
    this.add({ reason: 'not_listening', since });
  }

  /** What was refused is known: from its first to its last time. */
  refuse({ ticks, messageCount }: Segment): void {
    if (ticks.length === 0) return;
    const times = ticks.map(({ time }) => time);
    const [from, to] = [Math.min(...times), Math.max(...times)] as [EpochMicros, EpochMicros];
    this.add({ reason: 'refused', messages: messageCount, from, to });
  }

  /** The next segment says it. */
  take(): readonly Hole[] {
    const holes = this.#holes;
    this.#holes = [];
    return holes;
  }
}
