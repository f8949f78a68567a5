import { type EpochMicros, exchangeOf, type LaneLayout, type LaneName, laneIndex } from '@tickwatch/core';
import type { DurableLog, Spool } from '@tickwatch/feed';
import type { CommitResult, GapRow, LanePosition } from '@tickwatch/store';
import { CommitHistory } from './commit-history.ts';
import type { Cut } from './cut.ts';
import { droppedHoles } from './holes.ts';
import { LaneLedger } from './lane-ledger.ts';
import { Missing } from './missing.ts';
import { Numbering } from './numbering.ts';
import { RecentSegments } from './recent-segments.ts';
import type { MemoryBudget, Segment } from './segment.ts';
import { type Run, SegmentList } from './segment-list.ts';
import { WriteQueue } from './write-queue.ts';

export interface LaneLogOptions {
  readonly log: DurableLog;
  /** Of all lanes together. */
  readonly budget: MemoryBudget;
  readonly tailKeepMs: number;
  readonly tailMaxTicks: number;
  /** How the stocks of each exchange are dealt over its lanes. */
  readonly lanes: ReadonlyMap<string, LaneLayout>;
}

/**
 * One lane's log: each segment lies in it once, between three marks. `durable`: the spool or the source has it. `live`:
 * the viewers were sent it. `committed`: PostgreSQL has it. A segment leaves memory when it is committed, or when it is
 * durable and live and others need the room; then it is read again. While another member leads, segments only pass
 * through until they are durable.
 */
export class LaneLog {
  readonly lane: LaneName;
  readonly ledger = new LaneLedger();
  readonly list: SegmentList;
  readonly numbering: Numbering;
  readonly recent: RecentSegments;
  /** What is not durable yet: the end of the list. */
  readonly queue: WriteQueue;
  /** False: another member leads, and segments only pass through. */
  isKeeping = false;
  /** True while it is known how far the lane is committed. */
  isPlaced = false;
  committed: LanePosition | undefined;
  /** Grows whenever it begins anew behind what is committed, or ends: numbers of before may be of other ticks then. */
  term = 0;
  /**
   * The number of lanes was changed, and what is stored now was received before then: any stock of the exchange may be in it.
   * `undefined`: it was not, or nothing of before waits any more.
   */
  before: EpochMicros | undefined;
  /** Up to when it is waited for what its source held already, by a clock that is never set, ms. */
  readingUntil = 0;
  /** What is missing behind everything so far. */
  readonly missing = new Missing();
  /** Holes that were committed a moment ago; see {@link RecentSegments}. */
  recentGaps: readonly GapRow[] = [];
  /** How many holes were recorded since the start. */
  holesRecorded = 0;
  readonly #lanes: LaneLayout | undefined;
  /** Of two places. Negative: the first lies before the second. */
  readonly compare: DurableLog['compare'];
  readonly #log: DurableLog;
  /** `undefined`: the source itself keeps what it gave. */
  readonly #spool: Spool | undefined;
  readonly #history: CommitHistory;
  /** What the viewers were not sent yet. */
  #unsent: Segment[] = [];
  #toldFrom: string | undefined;
  /** When the latest message was received, µs. */
  #latest = 0;

  /** @param end the place behind what the durable log held when this process began */
  constructor(lane: LaneName, options: LaneLogOptions, spool: Spool | undefined, end: string) {
    const { log, budget, tailKeepMs, tailMaxTicks, lanes } = options;
    this.lane = lane;
    const layout = lanes.get(exchangeOf(lane)) ?? 0;
    this.#lanes = laneIndex(lane) < Math.abs(layout) ? layout : undefined;
    this.compare = log.compare;
    this.#log = log;
    this.#spool = spool;
    this.list = new SegmentList(budget);
    this.numbering = new Numbering(log.compare, spool === undefined);
    this.#history = new CommitHistory(this.ledger, log.compare);
    this.recent = new RecentSegments(tailKeepMs, tailMaxTicks);
    this.queue = new WriteQueue(lane, log.compare, budget, end);
  }

  /** How the stocks of the exchange are dealt, or were when this lane was among its lanes. */
  get lanes(): LaneLayout {
    return this.#lanes ?? this.committed?.coverage?.lanes ?? laneIndex(this.lane) + 1;
  }

  /** It is not of the settings of now. */
  get isOld(): boolean {
    return this.#lanes === undefined;
  }

  /** What its source held already when it was led is still being read. */
  get isReading(): boolean {
    return performance.now() < this.readingUntil;
  }

  /** Whether what is committed last was in this log, and not in another member's. */
  get isOwn(): boolean {
    return this.committed?.logId === this.#log.id(this.lane);
  }

  /** Whether all that a publisher numbers one by one is in this lane. */
  get isNumbered(): boolean {
    return this.#spool === undefined || this.lanes === 1;
  }

  /** Where {@link committed} lies in this log: the position itself may be one of another log. */
  get place(): string | undefined {
    return this.#history.place;
  }

  /** Ticks and rejections that are received and not committed. */
  get waiting(): number {
    return this.isKeeping ? this.list.waiting : 0;
  }

  /** Where numbers that viewers were told begin, or else the end of what is durable. */
  get toldFrom(): string {
    return this.#toldFrom ?? this.queue.durable;
  }

  /** Begins to keep what arrives although nobody can say how far the lane is committed. */
  keep(): void {
    if (this.isKeeping) return;
    this.isKeeping = true;
    this.list.reset(undefined);
    for (const segment of this.queue.segments) this.#account(segment);
  }

  /** Takes the next segment. @param isReplay it was there before this process led: it does not go live */
  append(segment: Segment, isReplay = false): void {
    this.numbering.add(segment, [...this.missing.take(), ...segment.holes]);
    segment.notBefore = this.#latest;
    this.#latest = Math.max(this.#latest, segment.receivedAt);
    this.queue.add(segment);
    if (!this.isKeeping) return;
    this.#account(segment);
    if (!isReplay) this.#goLive(segment);
  }

  /** There is no room for a segment: it goes live only. */
  refuse(segment: Segment): void {
    this.ledger.received += segment.count;
    this.ledger.refused += segment.count;
    this.missing.refuse(segment);
    this.numbering.numberLiveOnly(segment);
    if (this.isKeeping) this.#goLive(segment);
  }

  /** What the viewers were not sent yet; from now on they were. */
  takeUnsent(): readonly Segment[] {
    return this.#unsent.splice(0);
  }

  /** Everything up to here is in the durable log. */
  markDurable(position: string): void {
    this.queue.wrote(position);
    if (this.isKeeping) this.list.absorb();
  }

  /** What is committed and waits only for a durable log that has no room for it need not get there. */
  dropCommitted(): void {
    const { place } = this;
    if (place === undefined) return;
    const dropped = this.queue.drop(place);
    if (dropped.length === 0) return;
    // It can't be counted through there …
    const [next] = this.queue.segments;
    this.numbering.labelNext(next);
    // … and a database that goes back will miss it.
    const holes = droppedHoles(dropped);
    if (next === undefined) this.missing.add(...holes);
    else if (holes.length > 0) next.label = this.numbering.addHoles(next.after, holes);
  }

  /**
   * Begins to lead behind what is committed, which lies at the place `after` of this log. What waits is counted anew:
   * from the spool, and what is not durable yet; without a spool the source gives all of it again.
   * @param isOwn the place is this log's own: numbers stay what they are
   */
  lead(committed: LanePosition | undefined, after: string, isOwn: boolean): void {
    const spool = this.#spool;
    this.#history.takeBack(this.lane, after, spool);
    this.#forget();
    const unwritten = this.queue.segments.filter(({ position }) => this.compare(position, after) > 0);
    const labels = spool?.labels(this.lane, after) ?? this.numbering.labelsFrom(after);
    const isWhole = spool === undefined && committed !== undefined;
    const seq = committed?.seq ?? 0;
    this.numbering.begin(after, seq, [...labels, ...unwritten.flatMap(({ label }) => label ?? [])], isWhole);
    this.isKeeping = true;
    this.isPlaced = true;
    this.term++;
    this.committed = committed;
    this.#history.begin(after);
    if (!isOwn) this.#unsent = [];
    const isBehind = spool !== undefined && this.compare(after, this.queue.durable) < 0;
    // Of what the spool holds nothing was read yet; numbering goes on from its end.
    const left = isBehind ? this.numbering.pass(spool, this.lane, after) : 0;
    this.list.reset(isBehind ? { after, seqBefore: seq, position: this.queue.durable, left, oldest: 0 } : undefined);
    this.ledger.received += left;
    for (const segment of unwritten) {
      this.numbering.number(segment);
      this.#account(segment);
    }
  }

  /** Another member leads: what waits is its own to store. */
  passOn(): void {
    this.ledger.handedOver += this.waiting;
    this.#forget();
    this.#unsent = [];
    this.#toldFrom = undefined;
    this.isKeeping = false;
    this.isPlaced = false;
    this.term++;
    this.committed = undefined;
  }

  /** Takes what was read again of the run. @returns ticks and rejections that turned out to be lost */
  refill(run: Run, segment: Segment): number {
    if (segment.holes.length > 0) {
      this.numbering.addHoles(segment.after, segment.holes);
      run.missing = segment.holes.reduce((sum, { messages = 0 }) => sum + messages, run.missing ?? 0);
    }
    segment.number(this.numbering.before(run.after, segment.position, run.seqBefore));
    const isEnd = this.compare(segment.position, run.position) >= 0;
    return this.ledger.settle(this.list.refill(run, segment, isEnd));
  }

  /** The durable log has nothing more of the run. @returns ticks and rejections that are lost */
  forgetRun(): number {
    return this.ledger.settle(this.list.forgetRun());
  }

  /** A cut of this log is committed. */
  settle({ segments, batch }: Cut, result: CommitResult): void {
    const { stored } = result.lanes.get(this.lane) ?? { stored: batch.ticks.length };
    this.list.shift(segments.length);
    this.recent.add(segments);
    const { from = batch.position.seq } = this.recent;
    this.recentGaps = [...this.recentGaps, ...(batch.gaps ?? [])].filter(({ toSeq = 0 }) => toSeq > from);
    this.holesRecorded += batch.gaps?.length ?? 0;
    this.committed = batch.position;
    this.numbering.forgetBefore(batch.position.position);
    this.ledger.stored += stored;
    this.ledger.rejected += batch.ticks.length + batch.rejected.length - stored;
    this.#history.add(batch.position.position);
  }

  #account(segment: Segment): void {
    this.ledger.received += segment.count;
    this.list.push(segment);
  }

  #goLive(segment: Segment): void {
    this.#unsent.push(segment);
    this.#toldFrom ??= segment.after;
  }

  /** What waits is no longer counted here, and what was committed of late not remembered. */
  #forget(): void {
    this.ledger.received -= this.waiting;
    this.list.reset(undefined);
    this.recent.clear();
    this.recentGaps = [];
  }
}
