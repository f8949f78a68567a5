import { type LaneName, nowMicros } from '@tickwatch/core';
import type { DurableLog, Hole, Label, Spool } from '@tickwatch/feed';
import type { Segment } from './segment.ts';

/**
 * Numbers a lane's ticks, each once and for ever: they count on from what is committed, and jump only at labels, which
 * the spool keeps too. A label is set where a process begins to hear (at the clock's µs: what an earlier process sent to
 * viewers and no log kept has lower numbers; in a stream of which nothing was committed, at its first message's µs) and behind ticks that the spool never had: refused ones (they went live with
 * numbers), and those that were committed before it could take them.
 */
export class Numbering {
  /** Number of the last tick. */
  seq = 0;
  readonly #compare: DurableLog['compare'];
  readonly #isReadAgain: boolean;
  #labels: Label[] = [];
  #next: 'clock' | 'seq' | undefined = 'clock';

  /** @param isReadAgain whoever reads a tick again, from the source, finds the same time of its arrival */
  constructor(compare: DurableLog['compare'], isReadAgain: boolean) {
    this.#compare = compare;
    this.#isReadAgain = isReadAgain;
  }

  /** The labels at or behind a place. */
  labelsFrom(place: string): readonly Label[] {
    return this.#labels.filter(({ after }) => this.#compare(after, place) >= 0);
  }

  /**
   * Numbers the next segment, with a label where a new count begins with it, or began when it was read before.
   * @param holes what is missing before it
   */
  add(segment: Segment, holes: readonly Hole[] = []): void {
    if (this.#next !== undefined) this.#begin(segment, this.#nextSeq(segment));
    else {
      segment.label = this.#labels.find(({ after }) => after === segment.after);
      if (segment.label === undefined && isAnew(segment)) {
        this.#begin(segment, Math.max(this.seq, segment.receivedFrom));
      }
    }
    this.#next = undefined;
    if (holes.length > 0) segment.label = this.addHoles(segment.after, holes, this.seq);
    this.number(segment);
  }

  /**
   * Something is missing at a place: the label there says so, or else a new one. What is known there for the same reason
   * was found again.
   * @param seq for the new one; 0: numbers don't jump there
   */
  addHoles(after: string, holes: readonly Hole[], seq = 0): Label {
    const at = this.#labels.findIndex((label) => label.after === after);
    const old = this.#labels[at];
    const known = old?.holes ?? [];
    const found = holes.filter(({ reason }) => !known.some((hole) => hole.reason === reason));
    const label = { after, seq: old?.seq ?? seq, holes: [...known, ...found] };
    if (at >= 0) this.#labels[at] = label;
    else {
      this.#labels.push(label);
      this.#labels.sort((a, b) => this.#compare(a.after, b.after));
    }
    return label;
  }

  /** The places where something is missing, in order. */
  get holes(): readonly Label[] {
    return this.#labels.filter(({ holes }) => holes !== undefined);
  }

  /** A label is needed where the log goes on: at this segment, or else at the next. */
  labelNext(segment: Segment | undefined): void {
    if (segment === undefined) this.#next ??= 'seq';
    else if (segment.label === undefined) this.#begin(segment, segment.seqBefore);
  }

  /** Numbers the segment that follows everything so far. */
  number(segment: Segment): void {
    segment.number(Math.max(this.seq, segment.label?.seq ?? 0));
    this.seq = segment.seq;
  }

  /** Numbers a segment that no log will have. */
  numberLiveOnly(segment: Segment): void {
    segment.number(this.#nextSeq(segment));
    this.seq = segment.seq;
    this.#next = 'seq';
  }

  /**
   * Begins anew behind a place and its number. What was found to be missing behind it still is.
   * @param isWhole the log holds all that followed it: no jump is needed
   */
  begin(place: string, seq: number, labels: readonly Label[], isWhole: boolean): void {
    this.seq = seq;
    const known = this.holes;
    this.#labels = [...labels];
    for (const { after, holes = [] } of known) if (this.#compare(after, place) >= 0) this.addHoles(after, holes);
    if (isWhole) this.#next = undefined;
  }

  /** Counts on through what a spool holds behind a place. @returns its ticks and rejections */
  pass(spool: Spool, lane: LaneName, after: string): number {
    const { ticks, rejected } = spool.count(lane, after);
    let left = ticks;
    for (const label of spool.labels(lane, after)) {
      const behind = spool.count(lane, label.after).ticks;
      this.seq = Math.max(this.seq + left - behind, label.seq);
      left = behind;
    }
    this.seq += left;
    return ticks + rejected;
  }

  /** The number before the first tick of what lies between two places and follows `seq`. */
  before(after: string, position: string, seq: number): number {
    const within = this.labelsFrom(after).filter((label) => this.#compare(label.after, position) < 0);
    return Math.max(seq, ...within.map((label) => label.seq));
  }

  /** Places behind one place, behind which numbers begin anew. */
  cutsBehind(place: string): readonly string[] {
    return this.#labels.map(({ after }) => after).filter((after) => this.#compare(after, place) > 0);
  }

  forgetBefore(position: string): void {
    if (this.#labels.length > 0) this.#labels = [...this.labelsFrom(position)];
  }

  #begin(segment: Segment, seq: number): void {
    segment.label = { after: segment.after, seq };
    this.#labels.push(segment.label);
  }

  #nextSeq({ receivedFrom }: Segment): number {
    if (this.#next !== 'clock') return this.seq;
    return Math.max(this.seq, this.#isReadAgain ? receivedFrom : nowMicros());
  }
}

/**
 * True where a stream goes on as another one (deleted and begun anew, or under another key because the number of lanes
 * changed): its stocks may come from lanes that counted higher. The count then begins at the time of the first message, which
 * whoever reads it again finds, too.
 */
function isAnew({ after, position }: Segment): boolean {
  return streamOf(after) !== streamOf(position);
}

/** What stands before the id in the place of a stream; nothing in that of a spool. */
function streamOf(place: string): string {
  return place.slice(0, Math.max(0, place.lastIndexOf(':')));
}
