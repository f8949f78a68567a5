import type { LaneName } from '@tickwatch/core';
import type { Hole, SpoolRun } from '../durable-log.ts';
import type { LostMessages } from '../feed-event.ts';
import { type Block, blockOf, entriesIn, joined } from './block.ts';
import { continued, labelsBehind, relabeled, withHole } from './labels.ts';
import type { EntryHead, LanePlace, LaneState, PlacedLabel } from './record-format.ts';
import type { SpoolFile } from './spool-files.ts';

const NOTHING: LanePlace = { last: 0, messages: 0, ticks: 0 };
/** What of a lane a spool holds, and how far the lane is committed. */
export class LaneIndex {
  readonly lane: LaneName;
  /** The highest position that it ever had, and how much. */
  last: number;
  messages: number;
  ticks: number;
  labels: readonly PlacedLabel[];
  blocks: Block[] = [];
  /** Everything up to here is gone … */
  trimmed: number;
  /** … and to here committed. */
  #mark = 0;
  /** Of what is not committed, and of all. */
  #waiting = { messages: 0, bytes: 0 };
  #kept = 0;
  /** Where entries follow what is missing. */
  readonly #gaps: { readonly after: number; readonly ticks: number }[] = [];
  #isBehindGap = false;
  /** Where what was found of it begins. */
  readonly base: LanePlace;

  constructor(lane: LaneName, { last, messages, ticks }: LanePlace = NOTHING, labels: readonly PlacedLabel[] = []) {
    this.lane = lane;
    this.base = { last, messages, ticks };
    this.last = last;
    this.messages = messages;
    this.ticks = ticks;
    this.labels = labels;
    this.trimmed = last;
    this.#nameFront();
  }

  get state(): LaneState {
    const { lane, last, messages, ticks, labels } = this;
    return { lane, last, messages, ticks, labels, front: this.before() };
  }

  get waiting(): { readonly messages: number; readonly bytes: number } {
    return this.#waiting;
  }

  /** Bytes of payload, committed or not. */
  get kept(): number {
    return this.#kept;
  }

  get mark(): number {
    return this.#mark;
  }

  /** The lane is committed up to here, also where that is further back than it was. */
  set mark(place: number) {
    if (place === this.#mark) return;
    this.#mark = place;
    this.#waiting = this.#rest(place);
  }

  /** Something up to here was committed just now. */
  pass(place: number): void {
    this.mark = Math.max(this.mark, place);
  }

  /** The lane went on up to there, and what lay between is missing. */
  advance({ last, messages, ticks }: LanePlace): void {
    this.#isBehindGap = messages > this.messages;
    this.last = Math.max(this.last, last);
    this.messages = messages;
    this.ticks = ticks;
  }

  /** All files were read: numbers go on behind what is missing as if it was there. */
  loaded(): void {
    for (const gap of this.#gaps) this.labels = continued(this.labels, gap);
    this.#nameFront();
  }

  /** What it had up to a place is gone; whoever reads on behind it is told by a label. */
  lacks({ upTo, messages }: LostMessages): void {
    const after = Math.max(Number(upTo), this.trimmed);
    const hole: Hole = { reason: 'spool_damaged', messages, isBefore: true };
    this.labels = withHole(this.labels, { after, ticks: this.#ticksAt(after) }, hole);
  }

  /** A record was written there. */
  add(file: SpoolFile, from: number, to: number, head: EntryHead): void {
    const block = blockOf(file, from, to, head);
    const { after, last, before, messages, ticks, bytes } = block;
    const joint = head.seq === undefined ? joined(this.blocks.at(-1), block) : undefined;
    if (joint !== undefined) this.blocks.pop();
    this.blocks.push(joint ?? block);
    file.live += block.size;
    if (head.seq !== undefined) {
      const holes = head.holes === undefined ? {} : { holes: head.holes };
      this.labels = [...this.labels, { after, seq: head.seq, ticks: before.ticks, ...holes }];
    }
    if (this.#isBehindGap) this.#gaps.push({ after, ticks: before.ticks });
    this.#isBehindGap = false;
    this.last = last;
    this.messages = before.messages + messages;
    this.ticks = before.ticks + ticks;
    this.#kept += bytes;
    if (after < this.#mark) this.#waiting = this.#rest(this.#mark);
    else this.#waiting = { messages: this.#waiting.messages + messages, bytes: this.#waiting.bytes + bytes };
  }

  /** Blocks with messages behind a place, in order. */
  behind(place: number): readonly Block[] {
    let low = 0;
    let high = this.blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.blocks[middle]?.last ?? 0) <= place) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? this.blocks : this.blocks.slice(low);
  }

  /** Everything behind a place. */
  count(place: number): SpoolRun {
    const from = Math.max(place, this.trimmed);
    const run = { messages: 0, ticks: 0, rejected: 0 };
    for (const block of this.behind(from)) {
      for (const part of block.after >= from ? [block] : entriesIn(block, this.lane)) {
        const messages = Math.min(part.messages, part.last - from);
        if (messages <= 0) continue;
        const share = messages / part.messages;
        run.messages += messages;
        run.ticks += Math.ceil(part.ticks * share);
        run.rejected += Math.floor(part.rejected * share);
      }
    }
    return run;
  }

  /** Everything up to here is wanted no more. */
  trim(upTo: number): void {
    const to = Math.min(upTo, this.last);
    if (to <= this.trimmed) return;
    this.trimmed = to;
    const [first] = this.behind(to);
    const count = first === undefined ? this.blocks.length : this.blocks.indexOf(first);
    this.#nameFront();
    for (const block of this.blocks.splice(0, count)) block.file.live -= block.size;
    this.#kept = this.#rest(to).bytes;
    if (to > this.#mark) this.#waiting = this.#rest(to);
  }

  /** The labels when the ticks behind `after` are numbered from there, and no label is left before `upTo`. */
  relabeled(after: number, seq: number, upTo: number): readonly PlacedLabel[] {
    return relabeled(this.labels, { after, seq, ticks: this.#ticksAt(after) }, upTo);
  }

  /** The place before what lies in a file, or behind it. */
  before(file?: SpoolFile): LanePlace {
    const { last, messages, ticks } = this;
    const first = this.blocks.find((block) => block.file.number >= (file?.number ?? 0));
    return first === undefined ? { last, messages, ticks } : { last: first.after, ...first.before };
  }

  /** What lies in a file lies in another one now. */
  moved(from: SpoolFile, { blocks }: LaneIndex): void {
    const start = this.blocks.findIndex(({ file }) => file === from);
    const count = this.blocks.filter(({ file }) => file === from).length;
    if (count > 0) this.blocks.splice(start, count, ...blocks);
  }

  /** What is behind the front keeps its numbers although what the label before it counts from is gone. */
  #nameFront(): void {
    const front = this.trimmed;
    if (this.labels.some(({ after }) => after < front)) {
      this.labels = labelsBehind(this.labels, { after: front, ticks: this.#ticksAt(front) });
    }
  }

  /** How many ticks the lane had up to a place. */
  #ticksAt(place: number): number {
    const [block] = this.behind(place);
    if (block === undefined) return this.ticks;
    if (block.after >= place) return block.before.ticks;
    let { ticks } = block.before;
    for (const entry of entriesIn(block, this.lane)) {
      const share = Math.min(1, (place - entry.last + entry.messages) / entry.messages);
      if (share > 0) ticks += Math.floor(entry.ticks * share);
    }
    return ticks;
  }

  /** About how much lies behind a place: within a block messages are taken for equally long. */
  #rest(place: number): { readonly messages: number; readonly bytes: number } {
    let [messages, bytes] = [0, 0];
    for (const block of this.behind(Math.max(place, this.trimmed))) {
      const part = Math.min(block.messages, block.last - Math.max(place, this.trimmed));
      messages += part;
      bytes += Math.ceil((block.bytes * part) / block.messages);
    }
    return { messages, bytes };
  }
}
