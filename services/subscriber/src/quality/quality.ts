import { exchangeOf, type LaneName } from '@tickwatch/core';
import type { Cut } from '../log/cut.ts';
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

interface KnownLane {
  readonly quality: LaneQuality;
  /** Up to which number it was committed. */
  committed: number;
}

/** Looks at what is about to be stored, and marks what is far from the usual. It stays in every figure. */
export class Quality {
  readonly #onReport: (report: QualityReport) => void;
  readonly #lanes = new Map<LaneName, KnownLane>();
  readonly #arrivals = new Arrivals();

  constructor(onReport: (report: QualityReport) => void) {
    this.#onReport = onReport;
  }

  /** The same cuts, with the marks of their ticks; each tick is judged once, however often its commit is tried. */
  judge(cuts: readonly Cut[]): readonly Cut[] {
    const findings: Findings = { outliers: 0, frozen: new Set() };
    let isNew = false;
    const marked = cuts.map((cut) => {
      const { quality, committed } = this.#laneOf(cut);
      const { lane, seq } = cut.batch.position;
      for (const segment of quality.unjudged(cut.segments)) {
        isNew = true;
        this.#arrivals.add(exchangeOf(lane), segment);
        quality.judge(segment, findings);
      }
      const outliers = quality.marks(committed, seq);
      return outliers.length === 0 ? cut : { ...cut, batch: { ...cut.batch, outliers } };
    });
    if (isNew) this.#report(findings);
    return marked;
  }

  /** What was committed and is no longer (the database was restored) is stored again, and judged again. */
  #laneOf({ log, batch }: Cut): KnownLane {
    const { lane } = batch.position;
    const committed = log.committed?.seq ?? 0;
    const known = this.#lanes.get(lane);
    const is = known === undefined || committed < known.committed ? { quality: new LaneQuality(), committed } : known;
    is.committed = committed;
    this.#lanes.set(lane, is);
    return is;
  }

  #report({ outliers, frozen }: Findings): void {
    const { drift, burst } = this.#arrivals.take();
    this.#onReport({ outliers, frozenStocks: frozen.size, burst, publisherClockDrift: drift });
  }
}
