import type { MemoryBudget, Segment } from './segment.ts';

/** The part of a list that lies only in the durable log. */
export interface Run {
  /** Read on behind it; ticks there go on from `seqBefore`. */
  after: string;
  seqBefore: number;
  /** Its end. */
  position: string;
  /** Ticks and rejections that are to be read again. */
  left: number;
  /** When its oldest message was received, µs; 0: not known. */
  oldest: number;
  /** So many messages turned out to be missing in what was read. */
  missing?: number;
}

/**
 * What of a lane is received and not committed, in order: `head` in memory, then a run that only the durable log holds,
 * then `fresh` in memory, because the durable log has not got it (yet).
 */
export class SegmentList {
  readonly #budget: MemoryBudget;
  #head: Segment[] = [];
  #run: Run | undefined;
  #fresh: Segment[] = [];
  #resident = 0;
  /** Of the head. */
  #ready = 0;
  /** So many of the head's segments are being committed: they must be where they are when that is known. */
  #inFlight = 0;

  constructor(budget: MemoryBudget) {
    this.#budget = budget;
  }

  get run(): Run | undefined {
    return this.#run;
  }

  /** Ticks and rejections, wherever they lie. */
  get waiting(): number {
    return this.#resident + (this.#run?.left ?? 0);
  }

  /** Ticks and rejections that can be committed now. */
  get ready(): number {
    return this.#ready;
  }

  get oldestReceivedAt(): number | undefined {
    if (this.#head[0] !== undefined) return this.#head[0].receivedAt;
    return this.#run === undefined ? this.#fresh[0]?.receivedAt : this.#run.oldest || undefined;
  }

  /** In memory and next in order. */
  get head(): readonly Segment[] {
    return this.#head;
  }

  /** Begins anew with a run, where there is one. */
  reset(run: Run | undefined): void {
    for (const segment of [...this.#head, ...this.#fresh]) this.#drop(segment);
    this.#head = [];
    this.#fresh = [];
    this.#ready = 0;
    this.#inFlight = 0;
    this.#run = run;
  }

  push(segment: Segment): void {
    this.#add(segment);
    if (this.#run !== undefined) this.#fresh.push(segment);
    else this.#toHead(segment);
  }

  /** Leaves to the durable log what it has and what is neither in flight nor among the first so many bytes. */
  evict(keepBytes: number): void {
    let from = this.#inFlight;
    let bytes = this.#head.slice(0, from).reduce((sum, { cost }) => sum + cost, 0);
    while (from < this.#head.length && bytes + (this.#head[from]?.cost ?? 0) <= keepBytes) {
      bytes += this.#head[from++]?.cost ?? 0;
    }
    let to = from;
    while (this.#head[to] !== undefined && this.#head[to]?.messages === undefined) to++;
    const gone = this.#head.slice(from, to);
    if (gone.length === 0) return;
    if (this.#run === undefined) this.#fresh = this.#head.slice(to);
    this.#head = this.#head.slice(0, from);
    this.#ready = countOf(this.#head);
    this.#run = joined(gone, this.#run);
    for (const segment of gone) this.#drop(segment);
    this.absorb();
  }

  /** What the durable log has by now joins the run before it. */
  absorb(): void {
    const run = this.#run;
    if (run === undefined) return;
    let count = 0;
    for (const segment of this.#fresh) {
      if (segment.messages !== undefined) break;
      Object.assign(run, { position: segment.position, left: run.left + segment.count });
      this.#drop(segment);
      count++;
    }
    this.#fresh.splice(0, count);
  }

  /**
   * Takes what was read again of the beginning of its run.
   * @returns how much of the run turned out to be gone, now that its end is reached; negative: there was more
   */
  refill(run: Run, segment: Segment, isEnd: boolean): number {
    this.#add(segment);
    this.#toHead(segment);
    Object.assign(run, { after: segment.position, seqBefore: segment.seq, left: run.left - segment.count, oldest: 0 });
    return isEnd ? this.forgetRun() : 0;
  }

  /** The durable log holds nothing more of the run. @returns how much is gone */
  forgetRun(): number {
    const gone = this.#run?.left ?? 0;
    this.#run = undefined;
    for (const segment of this.#fresh) this.#toHead(segment);
    this.#fresh = [];
    return gone;
  }

  /**
   * The oldest segments, up to about so many ticks and rejections and so many bytes, and at least one. They stay in memory
   * until {@link shift} or {@link landed}. @param before those behind the first that was received later are left
   */
  takeOff(maxCount: number, maxBytes: number, before = Number.POSITIVE_INFINITY): readonly Segment[] {
    let [count, bytes, end] = [0, 0, 0];
    for (const segment of this.#head) {
      const isEnough = count >= maxCount || bytes + segment.cost > maxBytes || segment.receivedFrom >= before;
      if (end > 0 && isEnough) break;
      count += segment.count;
      bytes += segment.cost;
      end++;
    }
    this.#inFlight = end;
    return this.#head.slice(0, end);
  }

  /** What was in flight is not committed. */
  landed(): void {
    this.#inFlight = 0;
  }

  /** Removes the first segments: they are committed. */
  shift(count: number): void {
    this.#inFlight = 0;
    for (const segment of this.#head.splice(0, count)) {
      this.#drop(segment);
      this.#ready -= segment.count;
    }
  }

  #toHead(segment: Segment): void {
    this.#head.push(segment);
    this.#ready += segment.count;
  }

  #add(segment: Segment): void {
    this.#resident += segment.count;
    segment.hold(this.#budget);
  }

  #drop(segment: Segment): void {
    this.#resident -= segment.count;
    segment.drop(this.#budget);
  }
}

function joined(gone: readonly Segment[], run: Run | undefined): Run {
  const [first] = gone as readonly [Segment];
  const last = gone.at(-1) ?? first;
  const left = countOf(gone) + (run?.left ?? 0);
  return {
    after: first.after,
    seqBefore: first.seqBefore,
    position: run?.position ?? last.position,
    left,
    oldest: first.receivedAt,
  };
}

function countOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { count }) => sum + count, 0);
}
