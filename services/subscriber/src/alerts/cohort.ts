import type { JudgedRule, LaneJudge } from '@tickwatch/alerts';
import type { AlertReader } from '@tickwatch/store';
import type { LaneLog } from '../log/lane-log.ts';
import type { Segment } from '../log/segment.ts';
import { judgeFromStore } from './judge-start.ts';
import type { LaneShare } from './rules-of-lane.ts';

/** So many ticks are kept for rules whose past is being read; then commits wait for it. */
const MAX_KEPT = 200_000;

/**
 * New rules of a lane that are judged by a judge of their own until it has come as far as the others. Its past may take long to
 * read: what is committed meanwhile is kept, and judged when the past is there.
 */
export class Cohort {
  readonly rules: readonly JudgedRule[];
  /** Rules that went meanwhile. */
  readonly gone = new Set<string>();
  /** Resolves once what is read can't change any more, whatever is committed. */
  readonly begun: Promise<void>;
  /** Never fails. */
  readonly done: Promise<void>;
  #judge: LaneJudge | undefined;
  #error: unknown;
  #kept: Segment[] = [];
  #ticks = 0;
  /** Up to where its past is read, and then kept. */
  #seq: number;

  /** Nothing of the lane may be committed before it has {@link begun}. */
  constructor(log: LaneLog, share: LaneShare, rules: readonly JudgedRule[], reader: AlertReader) {
    this.rules = rules;
    this.#seq = log.committed?.seq ?? 0;
    let begin = (): void => {};
    this.begun = new Promise((resolve) => {
      begin = resolve;
    });
    this.done = judgeFromStore(log, share, rules, reader, begin)
      .then(
        (judge) => {
          this.#judge = judge;
        },
        (error: unknown) => {
          this.#error = error ?? new Error('unknown');
        },
      )
      .finally(begin);
  }

  /** `undefined`: its past is not read (yet). */
  get judge(): LaneJudge | undefined {
    return this.#judge;
  }

  /** Why its past could not be read. */
  get error(): unknown {
    return this.#error;
  }

  get isFull(): boolean {
    return this.#ticks > MAX_KEPT;
  }

  /** What is to be judged before all that is not committed, once the past is there. */
  get kept(): readonly Segment[] {
    return this.#kept;
  }

  /** Keeps what is about to be committed, however often that is tried. */
  keep(segments: readonly Segment[]): void {
    for (const segment of segments) {
      if (segment.seq <= this.#seq) continue;
      this.#kept.push(segment);
      this.#ticks += segment.ticks.length;
      this.#seq = segment.seq;
    }
  }
}

/** Whether more of the past than the last prices is to be known. */
export function needsPast({ condition }: JudgedRule): boolean {
  return condition.type === 'price_moves' || condition.type === 'new_extreme';
}
