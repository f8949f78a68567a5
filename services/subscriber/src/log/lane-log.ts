import type { LaneName } from '@tickwatch/core';
import type { LaneCount, LanePosition } from '@tickwatch/store';
import { type Backlog, runBehind } from './backlog.ts';
import { CommitHistory } from './commit-history.ts';
import type { Cut } from './cut.ts';
import { LaneLedger } from './lane-ledger.ts';
import { LiveMark } from './live-mark.ts';
import { Numbering } from './numbering.ts';
import { RecentSegments } from './recent-segments.ts';
import type { Segment } from './segment.ts';
import { SegmentList } from './segment-list.ts';
import { WriteQueue, type WriteQueueOptions } from './write-queue.ts';

/** `end`: the place behind what the durable log held when this process began. */
export interface LaneLogOptions extends WriteQueueOptions {
  readonly tailKeepMs: number;
  readonly tailMaxTicks: number;
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
  readonly #options: LaneLogOptions;
  readonly numbering: Numbering;
  readonly recent: RecentSegments;
  readonly #queue: WriteQueue;
  readonly #live = new LiveMark();
  #committed: LanePosition | undefined;
  readonly #history: CommitHistory;
  #isKeeping = false;
  #isPlaced = false;

  constructor(lane: LaneName, options: LaneLogOptions) {
    this.lane = lane;
    this.#options = options;
    this.list = new SegmentList(options.budget);
    this.numbering = new Numbering(options.compare);
    this.#history = new CommitHistory(this.ledger, options.compare);
    this.recent = new RecentSegments(options.tailKeepMs, options.tailMaxTicks);
    this.#queue = new WriteQueue(lane, options);
  }

  /** False: another member leads, and segments only pass through. */
  get isKeeping(): boolean {
    return this.#isKeeping;
  }

  /** True while it is known how far the lane is committed. */
  get isPlaced(): boolean {
    return this.#isPlaced;
  }
  get committed(): LanePosition | undefined {
    return this.#committed;
  }
  /** Where {@link committed} lies in this log: the position itself may be one of another log. */
  get place(): string | undefined {
    return this.#history.place;
  }

  /** What is not durable yet: the end of the list. */
  get queue(): Pick<WriteQueue, 'segments' | 'entries' | 'durable'> {
    return this.#queue;
  }

  /** Ticks and rejections that are received and not committed. */
  get waiting(): number {
    return this.#isKeeping ? this.list.waiting : 0;
  }

  /** Where numbers that viewers were told begin, or else the end of what is durable. */
  get toldFrom(): string {
    return this.#live.since ?? this.#queue.durable;
  }

  /** Begins to keep what arrives although nobody can say how far the lane is committed. */
  keep(): void {
    if (this.#isKeeping) return;
    this.#isKeeping = true;
    this.list.reset(undefined);
    for (const segment of this.#queue.segments) this.#account(segment);
  }

  /** Takes the next segment. @param isReplay it was there before this process led: it does not go live */
  append(segment: Segment, isReplay = false): void {
    this.numbering.label(segment);
    this.numbering.number(segment);
    this.#queue.add(segment);
    if (!this.#isKeeping) return;
    this.#account(segment);
    if (!isReplay) this.#live.add(segment);
  }

  /** There is no room for a segment: it goes live only. */
  refuse(segment: Segment): void {
    this.ledger.received += segment.count;
    this.ledger.refused += segment.count;
    this.numbering.numberLiveOnly(segment);
    if (this.#isKeeping) this.#live.add(segment);
  }

  /** What the viewers were not sent yet; from now on they were. */
  takeUnsent(): readonly Segment[] {
    return this.#live.take();
  }

  /** Everything up to here is in the durable log. */
  markDurable(position: string): void {
    this.#queue.wrote(position);
    if (this.#isKeeping) this.list.absorb();
  }

  /** What is committed and waits only for a durable log that has no room for it need not get there. */
  dropCommitted(): void {
    if (this.place === undefined || this.#queue.drop(this.place) === 0) return;
    // It can't be counted through there.
    this.numbering.labelNext(this.#queue.segments[0]);
  }

  /**
   * Begins to lead behind what is committed, which lies at the place `after` of this log. What waits is counted anew:
   * from the spool, and what is not durable yet; without a spool the source gives all of it again.
   * @param isOwn the place is this log's own: numbers stay what they are
   */
  lead(committed: LanePosition | undefined, after: string, backlog: Backlog | undefined, isOwn: boolean): void {
    const { compare } = this.#options;
    this.#history.takeBack(this.lane, after, backlog);
    this.ledger.received -= this.waiting;
    this.list.reset(undefined);
    const unwritten = this.#queue.segments.filter(({ position }) => compare(position, after) > 0);
    const labels = (backlog?.labels(this.lane, after) ?? this.numbering.labels).filter(
      (label) => compare(label.after, after) >= 0,
    );
    const isWhole = backlog === undefined && committed !== undefined;
    this.numbering.begin(committed?.seq ?? 0, [...labels, ...unwritten.flatMap(({ label }) => label ?? [])], isWhole);
    this.#isKeeping = true;
    this.#isPlaced = true;
    this.#committed = committed;
    this.#history.begin(after);
    this.recent.clear();
    if (!isOwn) this.#live.take();
    const isBehind = backlog !== undefined && compare(after, this.#queue.durable) < 0;
    const { durable: position } = this.#queue;
    const run = isBehind ? runBehind(this.lane, after, { position, labels, backlog }, this.numbering) : undefined;
    this.list.reset(run);
    this.ledger.received += run?.left ?? 0;
    for (const segment of unwritten) {
      this.numbering.number(segment);
      this.#account(segment);
    }
  }

  /** Another member leads: what waits is its own to store. */
  passOn(): void {
    this.ledger.received -= this.waiting;
    this.ledger.handedOver += this.waiting;
    this.list.reset(undefined);
    this.recent.clear();
    this.#live.forget();
    this.#isKeeping = false;
    this.#isPlaced = false;
    this.#committed = undefined;
  }

  /** Takes what was read again of the run. @returns ticks and rejections that turned out to be lost */
  refill(segment: Segment): number {
    const { run } = this.list;
    if (run === undefined) return 0;
    segment.number(this.numbering.before(run.after, segment.position, run.seqBefore));
    const isEnd = this.#options.compare(segment.position, run.position) >= 0;
    return this.ledger.settle(this.list.refill(segment, isEnd));
  }

  /** The durable log has nothing more of the run. @returns ticks and rejections that are lost */
  forgetRun(): number {
    return this.ledger.settle(this.list.forgetRun());
  }

  /** A cut of this log is committed. */
  settle({ segments, batch }: Cut, { stored }: LaneCount): void {
    this.list.shift(segments.length);
    this.recent.add(segments);
    this.#committed = batch.position;
    this.numbering.forgetBefore(batch.position.position);
    this.ledger.stored += stored;
    this.ledger.rejected += batch.ticks.length + batch.rejected.length - stored;
    this.#history.add(batch.position.position);
  }

  #account(segment: Segment): void {
    this.ledger.received += segment.count;
    this.list.push(segment);
  }
}
