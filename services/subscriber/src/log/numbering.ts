import { nowMicros } from '@tickwatch/core';
import type { DurableLog, Label } from '@tickwatch/feed';
import type { Segment } from './segment.ts';

/**
 * Numbers a lane's ticks, each once and for ever: they count on from what is committed, and jump only at labels, which
 * the spool keeps too. A label is set where a process begins to hear (at the clock's µs: what an earlier process sent to
 * viewers and no log kept has lower numbers) and behind ticks that the spool never had: refused ones (they went live with
 * numbers), and those that were committed before it could take them.
 */
export class Numbering {
  /** Number of the last tick. */
  seq = 0;
  readonly #compare: DurableLog['compare'];
  #labels: Label[] = [];
  #next: 'clock' | 'seq' | undefined = 'clock';

  constructor(compare: DurableLog['compare']) {
    this.#compare = compare;
  }

  get labels(): readonly Label[] {
    return this.#labels;
  }

  /** Sets the segment's label where a new count begins with it, or began when it was read before. */
  label(segment: Segment): void {
    if (this.#next === undefined) {
      segment.label = this.#labels.find(({ after }) => after === segment.after);
      if (segment.label === undefined && isAnew(segment)) this.#begin(segment, segment.receivedFrom);
      return;
    }
    segment.label = { after: segment.after, seq: this.#nextSeq() };
    this.#labels.push(segment.label);
    this.#next = undefined;
  }

  /** A label is needed where the log goes on: at this segment, or else at the next. */
  labelNext(segment: Segment | undefined): void {
    if (segment === undefined) this.#next ??= 'seq';
    else if (segment.label === undefined) {
      segment.label = { after: segment.after, seq: segment.seqBefore };
      this.#labels.push(segment.label);
    }
  }

  /** Numbers the segment that follows everything so far. */
  number(segment: Segment): void {
    segment.number(Math.max(this.seq, segment.label?.seq ?? 0));
    this.seq = segment.seq;
  }

  /** Numbers a segment that no log will have. */
  numberLiveOnly(segment: Segment): void {
    segment.number(this.#nextSeq());
    this.seq = segment.seq;
    this.#next = 'seq';
  }

  /** Begins anew behind a number. @param isWhole the log holds all that followed it: no jump is needed */
  begin(seq: number, labels: readonly Label[], isWhole: boolean): void {
    this.seq = seq;
    this.#labels = [...labels];
    if (isWhole) this.#next = undefined;
  }

  /** The number before the first tick of what lies between two places and follows `seq`. */
  before(after: string, position: string, seq: number): number {
    let number = seq;
    for (const label of this.#labels) {
      const isWithin = this.#compare(label.after, after) >= 0 && this.#compare(label.after, position) < 0;
      if (isWithin) number = Math.max(number, label.seq);
    }
    return number;
  }

  /** Places behind one place, behind which numbers begin anew. */
  cutsBehind(place: string): readonly string[] {
    return this.#labels.map(({ after }) => after).filter((after) => this.#compare(after, place) > 0);
  }

  forgetBefore(position: string): void {
    if (this.#labels.length > 0) this.#labels = this.#labels.filter(({ after }) => this.#compare(after, position) >= 0);
  }

  #begin(segment: Segment, from: number): void {
    segment.label = { after: segment.after, seq: Math.max(this.seq, from) };
    this.#labels.push(segment.label);
  }

  #nextSeq(): number {
    return this.#next === 'clock' ? Math.max(this.seq, nowMicros()) : this.seq;
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
