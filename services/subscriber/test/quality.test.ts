import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import type { LanePosition } from '@tickwatch/store';
import type { Cut } from '../src/log/cut.ts';
import type { LaneLog } from '../src/log/lane-log.ts';
import { Segment, SegmentDraft } from '../src/log/segment.ts';
import { Quality, type QualityLog, type QualityReport } from '../src/quality/quality.ts';

const SECOND = 1_000_000;
const START = 1_795_560_000 * SECOND;

interface Heard {
  /** Seconds after the start. */
  readonly at?: number;
  readonly until?: number;
}

/** A lane that hears, is cut and is committed, by hand. */
class HandLane {
  readonly lane: string;
  committed = 0;
  seq = 0;

  constructor(lane = 'NYSE/0') {
    this.lane = lane;
  }

  hear(messages: readonly string[], { at = 0, until = at }: Heard = {}): Segment {
    const draft = new SegmentDraft(this.lane);
    for (const [i, text] of messages.entries()) {
      const receivedAt = (START + (i === messages.length - 1 ? until : at) * SECOND) as EpochMicros;
      draft.read({ payload: Buffer.from(text), receivedAt }, 300 * SECOND, { signed: true });
    }
    const segment = new Segment(draft, '0', '1', true);
    segment.number(this.seq);
    this.seq = segment.seq;
    return segment;
  }

  log(head: readonly Segment[], isPlaced = true): QualityLog {
    return { lane: this.lane, committed: { seq: this.committed } as LanePosition, isPlaced, list: { head } };
  }

  cut(segments: readonly Segment[]): Cut {
    const log = this.log(segments) as LaneLog;
    const position = { lane: this.lane, seq: segments.at(-1)?.seq ?? 0 };
    return { log, segments, batch: { position, ticks: segments.flatMap(({ ticks }) => ticks) } } as unknown as Cut;
  }
}

/** Twenty usual prices of each stock, so that there is something to judge by. */
function usual(...stocks: readonly string[]): readonly string[] {
  return Array.from({ length: 20 }, (_, i) => stocks.map((stock) => `${stock}:${220 + (i % 4) / 10}`)).flat();
}

function prices(cuts: readonly Cut[]): readonly string[] {
  return cuts.flatMap(({ batch }) => (batch.outliers ?? []).map(({ tick }) => tick.price));
}

describe('what is about to be stored', () => {
  it('is judged once however often its commit is tried, and its marks are in every try', () => {
    const reports: QualityReport[] = [];
    const quality = new Quality((report) => reports.push(report));
    const lane = new HandLane();
    const first = lane.hear([...usual('A'), 'A:2200']);
    const second = lane.hear(['A:220.1', 'A:0', 'A:220']);
    assert.deepEqual(prices(quality.mark([lane.cut([first])])), ['2200']);
    assert.deepEqual(prices(quality.mark([lane.cut([first])])), ['2200']);
    // It is tried with more, and then with less.
    assert.deepEqual(prices(quality.mark([lane.cut([first, second])])), ['2200', '0']);
    assert.deepEqual(prices(quality.mark([lane.cut([first])])), ['2200']);
    lane.committed = first.seq;
    assert.deepEqual(prices(quality.mark([lane.cut([second])])), ['0']);
    lane.committed = second.seq;
    assert.deepEqual(prices(quality.mark([lane.cut([lane.hear(['A:220'])])])), []);
    assert.deepEqual(
      reports.map(({ outliers }) => outliers),
      [1, 1, 0],
    );
  });

  it('is judged when it is heard, and not again when it is cut', () => {
    const reports: QualityReport[] = [];
    const quality = new Quality((report) => reports.push(report));
    const lane = new HandLane();
    const head = [lane.hear(usual('A')), lane.hear(['A:2200'])];
    quality.hear([lane.log(head)]);
    head.push(lane.hear(['A:220', 'A:0']), lane.hear(['no tick']));
    quality.hear([lane.log(head)]);
    quality.hear([lane.log(head)]);
    head.push(lane.hear(['A:220', 'A:0.1']));
    assert.deepEqual(prices(quality.mark([lane.cut(head)])), ['2200', '0', '0.1']);
    assert.deepEqual(prices(quality.mark([lane.cut(head)])), ['2200', '0', '0.1']);
    assert.deepEqual(
      reports.map(({ outliers, burst }) => [outliers, burst]),
      [[3, 25]],
    );
  });

  it('is not judged before its numbers are final', () => {
    const quality = new Quality(() => {});
    const lane = new HandLane();
    lane.seq = 1000;
    const head = [lane.hear([...usual('A'), 'A:2200'])];
    quality.hear([lane.log(head, false)]);
    head[0]?.number(0);
    assert.deepEqual(prices(quality.mark([lane.cut(head)])), ['2200']);
  });

  it('is the same when it was left to the log meanwhile and is read again in other portions', () => {
    const quality = new Quality(() => {});
    const lane = new HandLane();
    const messages = [...usual('A'), 'A:2200', 'A:220.1', 'A:0', 'A:220'];
    assert.deepEqual(prices(quality.mark([lane.cut([lane.hear(messages)])])), ['2200', '0']);
    lane.seq = 0;
    const parts = [messages.slice(0, 5), messages.slice(5, 22), messages.slice(22)].map((part) => lane.hear(part));
    assert.deepEqual(prices(quality.mark([lane.cut(parts)])), ['2200', '0']);
  });

  it('is judged again where the database lost what was committed', () => {
    const quality = new Quality(() => {});
    const lane = new HandLane();
    const first = lane.hear([...usual('A'), 'A:2200']);
    quality.mark([lane.cut([first])]);
    lane.committed = first.seq;
    assert.deepEqual(prices(quality.mark([lane.cut([lane.hear(['A:220'])])])), []);
    lane.committed = 0;
    assert.deepEqual(prices(quality.mark([lane.cut([first])])), ['2200']);
  });

  it('tells of the stocks of each lane apart, with what was usual', () => {
    const quality = new Quality(() => {});
    const [nyse, nasdaq] = [new HandLane(), new HandLane('NASDAQ/0')];
    const cuts = quality.mark([
      nyse.cut([nyse.hear([...usual('A', 'B'), 'B:2.2'])]),
      nasdaq.cut([nasdaq.hear(Array.from({ length: 20 }, () => 'B:2.20'))]),
    ]);
    const [mark, ...more] = cuts.flatMap(({ batch }) => batch.outliers ?? []);
    assert.deepEqual(more, []);
    assert.deepEqual(
      [mark?.tick.stock, mark?.tick.exchange, mark?.tick.price, mark?.median, mark?.deviation],
      ['B', 'NYSE', '2.2', 220.1, 0.1],
    );
  });

  it('is marked ten times a stock and minute, and counted beyond that: a feed that is all wrong fills no table', () => {
    const reports: QualityReport[] = [];
    const quality = new Quality((report) => reports.push(report));
    const lane = new HandLane();
    const wrong = Array.from({ length: 100 }, (_, i) => (i % 5 === 0 ? 'A:0' : 'A:220'));
    const first = lane.hear([...usual('A', 'B'), ...wrong, 'B:0']);
    assert.equal(prices(quality.mark([lane.cut([first])])).length, 11);
    assert.equal(reports[0]?.outliers, 21);
    lane.committed = first.seq;
    assert.equal(prices(quality.mark([lane.cut([lane.hear(['A:0', 'A:220'], { at: 60 })])])).length, 1);
  });
});

describe('what waits for a database that is away', () => {
  it('is bounded: marks are not worth all of the memory', () => {
    const quality = new Quality(() => {});
    const lane = new HandLane();
    const stocks = Array.from({ length: 100 }, (_, i) => `S${i}`);
    const segments = [lane.hear(usual(...stocks))];
    for (let minute = 1; minute <= 12; minute++) {
      const wrong = Array.from({ length: 10 }, () => stocks.flatMap((name) => [`${name}:0`, `${name}:220`])).flat();
      segments.push(lane.hear(wrong, { at: 60 * minute }));
    }
    assert.equal(prices(quality.mark([lane.cut(segments)])).length, 10_000);
  });
});

describe('what is told of a flush', () => {
  const reportOf = (...segments: readonly (readonly [lane: HandLane, segment: Segment])[]): QualityReport => {
    const reports: QualityReport[] = [];
    const quality = new Quality((report) => reports.push(report));
    quality.mark(segments.map(([lane, segment]) => lane.cut([segment])));
    assert.equal(reports.length, 1);
    return reports[0] as QualityReport;
  };

  it('is how far the clock of a publisher is off, where it is furthest', () => {
    const [nyse, nasdaq] = [new HandLane(), new HandLane('NASDAQ/0')];
    const behind = nyse.hear([`A:(220, ${START / SECOND - 5})`], { at: 1 });
    const ahead = nasdaq.hear([`B:(220, ${START / SECOND + 31})`], { at: 1 });
    assert.equal(reportOf([nyse, behind], [nasdaq, ahead]).publisherClockDrift, -30);
    assert.equal(reportOf([nyse, behind]).publisherClockDrift, 6);
    // These have no time of their own.
    assert.equal(reportOf([nyse, nyse.hear(['A:220', 'A:221'], { at: 1, until: 3 })]).publisherClockDrift, undefined);
  });

  it('is how many ticks came in one second at most, and over two flushes too', () => {
    const reports: QualityReport[] = [];
    const quality = new Quality((report) => reports.push(report));
    const lane = new HandLane();
    const heard = [lane.hear(usual('A')), lane.hear(usual('A', 'B'), { at: 7 }), lane.hear(['A:220'], { at: 9 })];
    quality.mark([lane.cut(heard)]);
    quality.mark([lane.cut([lane.hear(['A:220', 'A:221'], { at: 9 })])]);
    assert.deepEqual(
      reports.map(({ burst }) => burst),
      [40, 3],
    );
  });

  it('is how many stocks go on ticking at a price that does not move', () => {
    const lane = new HandLane();
    const quality = new Quality((report) => reports.push(report));
    const reports: QualityReport[] = [];
    for (const at of [0, 30, 61, 62]) {
      const still = Array.from({ length: 10 }, () => ['A:5', 'B:6', `C:${at + 1}`]).flat();
      quality.mark([lane.cut([lane.hear(at === 62 ? ['B:6'] : still, { at })])]);
    }
    assert.deepEqual(
      reports.map(({ frozenStocks }) => frozenStocks),
      [0, 0, 2, 1],
    );
  });
});
