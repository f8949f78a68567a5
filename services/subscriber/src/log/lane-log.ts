import type { LaneName } from '@tickwatch/core';
import { type DurableLog, FINGERPRINT_MESSAGES, Fingerprint, type Label, type LogEntry } from '@tickwatch/feed';
import type { LaneBatch, LaneCount, LanePosition } from '@tickwatch/store';
import { type Backlog, type Commit, countBehind, type Stretch, takeBack } from './backlog.ts';
import { LaneLedger } from './lane-ledger.ts';
import { Numbering } from './numbering.ts';
import { RecentSegments } from './recent-segments.ts';
import type { MemoryBudget, Segment } from './segment.ts';
import { type Run, SegmentList } from './segment-list.ts';

export interface LaneLogOptions {
  readonly compare: DurableLog['compare'];
  readonly budget: MemoryBudget;
  readonly tailKeepMs: number;
  readonly tailMaxTicks: number;
  /** The place behind what the durable log held when this process began. */
  readonly end: string;
}

/** So many commits are remembered, for a database that goes back. */
const MAX_COMMITS = 1000;

/** What one commit takes of a lane. */
export interface Cut {
  readonly log: LaneLog;
  readonly segments: readonly Segment[];
  readonly batch: LaneBatch;
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
  readonly #numbering: Numbering;
  readonly #recent: RecentSegments;
  /** Not durable yet: the end of the list. */
  #unwritten: Segment[] = [];
  #unsent: Segment[] = [];
  #durable: string;
  #committed: LanePosition | undefined;
  #commits: Commit[] = [];
  #isKeeping = false;
  #isPlaced = false;
  /** From here on this process has told numbers to viewers. */
  #toldFrom: string | undefined;
  /** For these places it is accounted for what the database lost. */
  #gone: Stretch | undefined;

  constructor(lane: LaneName, options: LaneLogOptions) {
    this.lane = lane;
    this.#options = options;
    this.list = new SegmentList(options.budget);
    this.#numbering = new Numbering(options.compare);
    this.#recent = new RecentSegments(options.tailKeepMs, options.tailMaxTicks);
    this.#durable = options.end;
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
    return this.#commits.at(-1)?.place;
  }

  get durable(): string {
    return this.#durable;
  }

  /** Ticks and rejections that are received and not committed. */
  get waiting(): number {
    return this.#isKeeping ? this.list.waiting : 0;
  }

  get unwritten(): readonly Segment[] {
    return this.#unwritten;
  }

  /** The same as entries of a log. */
  get unwrittenEntries(): readonly LogEntry[] {
    return this.#unwritten.map(({ messages = [], position }) => ({ lane: this.lane, messages, position }));
  }

  /** Where numbers that viewers were told begin, or else the end of what is durable. */
  get toldFrom(): string {
    return this.#toldFrom ?? this.#durable;
  }

  /** Begins to keep what arrives although nobody can say how far the lane is committed. */
  keep(): void {
    if (this.#isKeeping) return;
    this.#isKeeping = true;
    this.list.reset(undefined);
    for (const segment of this.#unwritten) this.#account(segment);
  }

  /** Places behind which numbers begin anew. */
  cutsBehind(place: string): readonly string[] {
    const cuts = this.#numbering.labels.map(({ after }) => after);
    return cuts.filter((after) => this.#options.compare(after, place) > 0);
  }

  /** Messages are known to be gone that were never read. @returns how many of them were not accounted for */
  lose(messages: number, stretch?: Stretch): number {
    const { compare } = this.#options;
    const gone = this.#gone;
    const isKnown = stretch && gone && compare(stretch.from, gone.from) >= 0 && compare(stretch.upTo, gone.upTo) <= 0;
    if (isKnown) return 0;
    this.ledger.received += messages;
    this.ledger.lost += messages;
    return messages;
  }

  /** Takes the next segment. @param isReplay it was there before this process led: it does not go live */
  append(segment: Segment, isReplay = false): void {
    this.#numbering.label(segment);
    this.#numbering.number(segment);
    if (segment.messages === undefined) this.#durable = segment.position;
    else {
      this.#unwritten.push(segment);
      segment.hold(this.#options.budget);
    }
    if (!this.#isKeeping) return;
    this.#account(segment);
    if (isReplay) return;
    this.#unsent.push(segment);
    this.#toldFrom ??= segment.after;
  }

  /** There is no room for a segment: it goes live only. */
  refuse(segment: Segment): void {
    this.ledger.received += segment.count;
    this.ledger.refused += segment.count;
    this.#numbering.numberLiveOnly(segment);
    if (this.#isKeeping) this.#unsent.push(segment);
  }

  /** What the viewers were not sent yet; from now on they were. */
  takeUnsent(): readonly Segment[] {
    const unsent = this.#unsent;
    this.#unsent = [];
    return unsent;
  }

  /** Everything up to here is in the durable log. */
  markDurable(position: string): void {
    this.#written(position);
    if (this.#options.compare(position, this.#durable) > 0) this.#durable = position;
  }

  /** What is committed and waits only for a durable log that has no room for it need not get there. */
  dropCommitted(): void {
    const { place } = this;
    if (place === undefined || this.#written(place) === 0) return;
    // It can't be counted through there.
    this.#numbering.labelNext(this.#unwritten[0]);
  }

  /**
   * Begins to lead behind what is committed, which lies at the place `after` of this log. What waits is counted anew:
   * from the spool, and what is not durable yet. Without a spool the source gives all of it again.
   */
  lead(committed: LanePosition | undefined, after: string, backlog: Backlog | undefined): void {
    const { compare } = this.#options;
    const back = takeBack(this.ledger, this.#commits, { lane: this.lane, after }, compare, backlog);
    this.#gone = back ?? this.#gone;
    this.ledger.received -= this.waiting;
    this.list.reset(undefined);
    const unwritten = this.#unwritten.filter(({ position }) => compare(position, after) > 0);
    const labels = (backlog?.labels(this.lane, after) ?? this.#numbering.labels).filter(
      (label) => compare(label.after, after) >= 0,
    );
    const isWhole = backlog === undefined && committed !== undefined;
    this.#numbering.begin(committed?.seq ?? 0, [...labels, ...unwritten.flatMap(({ label }) => label ?? [])], isWhole);
    this.#isKeeping = true;
    this.#isPlaced = true;
    this.#committed = committed;
    this.#commits = [{ place: after, stored: this.ledger.stored, rejected: this.ledger.rejected }];
    this.#recent.clear();
    this.#unsent = [];
    // Also where the spool holds nothing more of what it once had: reading it tells.
    const isBehind = backlog !== undefined && compare(after, this.#durable) < 0;
    const run = isBehind ? this.#runBehind(after, labels, backlog) : undefined;
    this.list.reset(run);
    this.ledger.received += run?.left ?? 0;
    for (const segment of unwritten) {
      this.#numbering.number(segment);
      this.#account(segment);
    }
  }

  /** Another member leads: what waits is its own to store. */
  passOn(): void {
    this.ledger.received -= this.waiting;
    this.ledger.handedOver += this.waiting;
    this.list.reset(undefined);
    this.#recent.clear();
    this.#unsent = [];
    this.#isKeeping = false;
    this.#isPlaced = false;
    this.#committed = undefined;
    this.#toldFrom = undefined;
  }

  /** Takes what was read again of the run. @returns ticks and rejections that turned out to be lost */
  refill(segment: Segment): number {
    const { run } = this.list;
    if (run === undefined) return 0;
    segment.number(this.#numbering.before(run.after, segment.position, run.seqBefore));
    const isEnd = this.#options.compare(segment.position, run.position) >= 0;
    return this.#settleLoss(this.list.refill(segment, isEnd));
  }

  /** The durable log has nothing more of the run. @returns ticks and rejections that are lost */
  forgetRun(): number {
    return this.#settleLoss(this.list.forgetRun());
  }

  /** What the next commit may take, at most about so many ticks and rejections; `undefined`: nothing is ready. */
  cut(maxCount: number, logId: string): Cut | undefined {
    const segments = this.list.oldest(maxCount);
    const last = segments.at(-1);
    if (last === undefined) return undefined;
    const fingerprint = Fingerprint.parse(this.#committed?.fingerprint ?? '');
    for (const { hashes } of segments.slice(-FINGERPRINT_MESSAGES)) fingerprint.push(...hashes);
    const { position, receivedAt, seq } = last;
    const batch: LaneBatch = {
      position: { lane: this.lane, logId, position, fingerprint: fingerprint.text(), receivedAt, seq },
      after: this.#committed,
      ticks: segments.flatMap(({ ticks }) => ticks),
      rejected: segments.flatMap(({ rejected }) => rejected),
    };
    return { log: this, segments, batch };
  }

  /** A cut of this log is committed. */
  settle({ segments, batch }: Cut, { stored }: LaneCount): void {
    this.list.shift(segments.length);
    this.#recent.add(segments);
    this.#committed = batch.position;
    this.#numbering.forgetBefore(batch.position.position);
    this.ledger.stored += stored;
    this.ledger.rejected += batch.ticks.length + batch.rejected.length - stored;
    this.#commits.push({ place: batch.position.position, stored: this.ledger.stored, rejected: this.ledger.rejected });
    if (this.#commits.length > MAX_COMMITS) this.#commits.splice(0, 1);
  }

  /** Committed and waiting segments in memory, and the numbers between which they are complete. */
  tail(): { readonly from: number; readonly to: number; readonly segments: readonly Segment[] } | undefined {
    if (!this.#isPlaced) return undefined;
    const from = this.#recent.from ?? this.#committed?.seq ?? 0;
    const to = this.list.run?.seqBefore ?? this.#numbering.seq;
    return { from, to, segments: [...this.#recent.segments(), ...this.list.head] };
  }

  #runBehind(after: string, labels: readonly Label[], backlog: Backlog): Run {
    const seqBefore = this.#numbering.seq;
    const { seq, left } = countBehind(backlog, this.lane, { after, seq: seqBefore }, labels);
    this.#numbering.seq = seq;
    return { after, seqBefore, position: this.#durable, seq, left, oldest: 0 };
  }

  /** @returns how many segments no longer wait for the durable log */
  #written(position: string): number {
    const { compare, budget } = this.#options;
    let count = 0;
    for (const segment of this.#unwritten) {
      if (compare(segment.position, position) > 0) break;
      segment.release(budget);
      segment.drop(budget);
      count++;
    }
    this.#unwritten.splice(0, count);
    if (this.#isKeeping) this.list.absorb();
    return count;
  }

  #account(segment: Segment): void {
    this.ledger.received += segment.count;
    this.list.push(segment);
  }

  #settleLoss(gone: number): number {
    if (gone < 0) this.ledger.received -= gone;
    else this.ledger.lost += gone;
    return Math.max(0, gone);
  }
}
