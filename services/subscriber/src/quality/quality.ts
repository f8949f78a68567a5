import { exchangeOf, type LaneName } from '@tickwatch/core';
import type { Cut } from '../log/cut.ts';
import type { LaneLog } from '../log/lane-log.ts';
import type { Segment } from '../log/segment.ts';
import { Arrivals } from './arrivals.ts';
import { type Findings, LaneQuality } from './lane-quality.ts';

/** What is told of the ticks of a flush. */
export interface QualityReport {
  /** Ticks far from what their stock cost just before. */
  readonly outliers: number;
  /** Stocks that go on ticking and whose price does not move. */
  readonly frozenStocks: number;
  /** The most ticks that came in one second. */
  readonly burst: number;
  /** Seconds from a tick's time to its arrival; `undefined`: nothing came with a time of its own. */
  readonly publisherClockDrift: number | undefined;
}

/** A part of a lane's log. */
export type QualityLog = Pick<LaneLog, 'lane' | 'committed' | 'isPlaced'> & {
  readonly list: Pick<LaneLog['list'], 'head'>;
};

interface KnownLane {
  readonly quality: LaneQuality;
  /** Up to which number it was committed. */
  committed: number;
}

/** Looks at what is to be stored, each tick once and in the order of arrival, and marks what is far from the usual. */
export class Quality {
  readonly #onReport: (report: QualityReport) => void;
  readonly #lanes = new Map<LaneName, KnownLane>();
  readonly #arrivals = new Arrivals();
  #findings: Findings | undefined;

  constructor(onReport: (report: QualityReport) => void) {
    this.#onReport = onReport;
  }

  /** Looks at what arrived while it is in the processor's cache: at a flush it costs several times as much (bench: cost). */
  hear(logs: Iterable<QualityLog>): void {
    // Before it is known how far a lane is committed, numbers are not final.
    for (const log of logs) if (log.isPlaced) this.#look(log, log.list.head);
  }

  /** Ticks far from the usual that were heard since the last report. */
  get outliers(): number {
    return this.#findings?.outliers ?? 0;
  }

  /** The same cuts, with the marks of their ticks, however often their commit is tried; tells what was found. */
  mark(cuts: readonly Cut[]): readonly Cut[] {
    const marked = cuts.map((cut) => {
      const { quality, committed } = this.#look(cut.log, cut.segments);
      const outliers = quality.marks(committed, cut.batch.position.seq);
      return outliers.length === 0 ? cut : { ...cut, batch: { ...cut.batch, outliers } };
    });
    this.#report();
    return marked;
  }

  #look(log: QualityLog, segments: readonly Segment[]): KnownLane {
    const lane = this.#laneOf(log);
    for (const segment of lane.quality.unjudged(segments)) {
      this.#findings ??= { outliers: 0, frozen: new Set() };
      this.#arrivals.add(exchangeOf(log.lane), segment);
      lane.quality.judge(segment, this.#findings);
    }
    return lane;
  }

  /** What was committed and is no longer (the database was restored) is stored again, and judged again. */
  #laneOf(log: QualityLog): KnownLane {
    const committed = log.committed?.seq ?? 0;
    const known = this.#lanes.get(log.lane);
    if (known !== undefined && committed >= known.committed) {
      known.committed = committed;
      return known;
    }
    const lane = { quality: new LaneQuality(), committed };
    this.#lanes.set(log.lane, lane);
    return lane;
  }

  #report(): void {
    if (this.#findings === undefined) return;
    const { outliers, frozen } = this.#findings;
    this.#findings = undefined;
    const { drift, burst } = this.#arrivals.take();
    this.#onReport({ outliers, frozenStocks: frozen.size, burst, publisherClockDrift: drift });
  }
}
