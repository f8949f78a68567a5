import {
  type Decoded,
  decodeMessage,
  type EpochMicros,
  exchangeOf,
  type LaneName,
  nowMicros,
  type SequencedTick,
  type TickRules,
} from '@tickwatch/core';
import {
  type FeedMessage,
  FINGERPRINT_MESSAGES,
  type Hole,
  hashPayload,
  type Label,
  type LogEntry,
} from '@tickwatch/feed';
import type { RejectedMessage } from '@tickwatch/store';

/** What a tick costs in memory, about, in bytes. */
const TICK_BYTES = 200;
const SEGMENT_BYTES = 500;
const MESSAGE_BYTES = 100;
/** What a rejection costs beside its bytes: its reason in words, mostly. */
const REJECTED_BYTES = 500;

/** Memory for the segments of all lanes together, in bytes. */
export interface MemoryBudget {
  readonly limit: number;
  used: number;
}

/** Numbers that follow each other, of what a publisher numbered. */
export interface NumberRun {
  readonly first: number;
  readonly last: number;
  /** Index in `ticks` of its first tick; where it begins with what is rejected, of the tick behind that, if there is one. */
  readonly at: number;
}

const NO_NUMBERS: readonly NumberRun[] = [];
/** What a run costs in memory. */
const RUN_BYTES = 60;

/** Messages that came within so many µs count as received together. */
const TOGETHER_MICROS = 10_000;

/** Ticks that were received together. */
export interface Arrival {
  /** Index in `ticks` of the first one. */
  readonly from: number;
  /** When the last message of them came. */
  readonly receivedAt: EpochMicros;
}

type Numbered = { -readonly [Key in keyof SequencedTick]: SequencedTick[Key] };

/** Messages of a lane that came together, read: what the log, the viewers, the database and the tail all get. */
export class Segment {
  /** The places before the first and behind the last message. */
  readonly after: string;
  readonly position: string;
  readonly ticks: readonly SequencedTick[];
  readonly rejected: readonly RejectedMessage[];
  /** What publishers numbered, in the order of arrival. */
  readonly numbers: readonly NumberRun[];
  /** Of the last messages, oldest first. */
  readonly hashes: readonly number[];
  /** When the first message was received, and when the last. */
  readonly receivedFrom: EpochMicros;
  readonly receivedAt: EpochMicros;
  /** Where its messages came one after the other: which of them when. `undefined`: together, at `receivedAt`. */
  readonly arrivals: readonly Arrival[] | undefined;
  /** Number of the last tick before it. */
  seqBefore = 0;
  /** What came before it in this process was received then, µs: ids of a source that went back say an earlier time. */
  notBefore = 0;
  /** Set where numbering does not go on from the segment before, or something is missing before it. */
  label: Label | undefined;
  /** Of its messages. */
  readonly messageCount: number;
  /** What the source lost before it. */
  readonly holes: readonly Hole[];
  /** About how much memory it takes, in bytes. */
  cost: number;
  /** In how many lists it lies; it takes memory once. */
  #holders = 0;
  #messages: readonly FeedMessage[] | undefined;

  /** @param isDurable the log that its messages come from has them */
  constructor(draft: SegmentDraft, after: string, position: string, isDurable = false, holes: readonly Hole[] = []) {
    this.after = after;
    this.position = position;
    this.ticks = draft.ticks;
    this.rejected = draft.rejected;
    this.messageCount = draft.messages.length;
    this.holes = holes;
    this.numbers = draft.numbers;
    this.arrivals = draft.arrivals;
    this.receivedFrom = draft.messages[0]?.receivedAt ?? (0 as EpochMicros);
    this.receivedAt = draft.messages.at(-1)?.receivedAt ?? (0 as EpochMicros);
    this.hashes = draft.messages.slice(-FINGERPRINT_MESSAGES).map(({ payload }) => hashPayload(payload));
    this.cost = SEGMENT_BYTES + this.ticks.length * TICK_BYTES + this.numbers.length * RUN_BYTES;
    this.cost += (this.arrivals?.length ?? 0) * RUN_BYTES;
    for (const { payload } of this.rejected) this.cost += payload.length + REJECTED_BYTES;
    if (isDurable) return;
    this.#messages = draft.messages;
    this.cost += payloadCost(draft.messages);
  }

  /** The messages themselves, until the durable log has them. */
  get messages(): readonly FeedMessage[] | undefined {
    return this.#messages;
  }

  /** The durable log has it: its messages are no longer needed. */
  release(budget: MemoryBudget): void {
    const freed = payloadCost(this.#messages ?? []);
    this.#messages = undefined;
    this.cost -= freed;
    if (this.#holders > 0) budget.used -= freed;
  }

  /** It lies in one more list. */
  hold(budget: MemoryBudget): void {
    if (this.#holders++ === 0) budget.used += this.cost;
  }

  /** It lies in one list less. */
  drop(budget: MemoryBudget): void {
    if (--this.#holders === 0) budget.used -= this.cost;
  }

  /** Ticks and rejections. */
  get count(): number {
    return this.ticks.length + this.rejected.length;
  }

  get seq(): number {
    return this.seqBefore + this.ticks.length;
  }

  number(seqBefore: number): void {
    this.seqBefore = seqBefore;
    let seq = seqBefore;
    for (const tick of this.ticks as readonly Numbered[]) tick.seq = ++seq;
  }
}

function payloadCost(messages: readonly FeedMessage[]): number {
  let bytes = 0;
  for (const { payload } of messages) bytes += payload.length + MESSAGE_BYTES;
  return bytes;
}

/** A segment while its messages are read. */
export class SegmentDraft {
  readonly ticks: SequencedTick[] = [];
  readonly rejected: RejectedMessage[] = [];
  readonly messages: FeedMessage[] = [];
  bytes = 0;
  /** Of messages that are read again, and came at different times. */
  arrivals: Arrival[] | undefined;
  /** When the first message of the last arrival came. */
  #arrivedAt = 0;
  #numbers: NumberRun[] | undefined;
  /** How many messages there were when the last number came. */
  #counted = 0;
  readonly #exchange: string;
  #message: FeedMessage = { payload: new Uint8Array(), receivedAt: 0 as EpochMicros };

  constructor(lane: LaneName) {
    this.#exchange = exchangeOf(lane);
  }

  get numbers(): readonly NumberRun[] {
    return this.#numbers ?? NO_NUMBERS;
  }

  /** Reads a whole message into it. */
  read(message: FeedMessage, toleranceMicros: number, rules: TickRules | undefined): void {
    this.begin(message);
    decodeMessage(message.payload, message.receivedAt, toleranceMicros, this.take, rules);
  }

  /** The next message came then. */
  arrive(receivedAt: EpochMicros): void {
    const { arrivals, ticks } = this;
    if (arrivals === undefined) return;
    const last = arrivals.at(-1);
    if (last !== undefined && receivedAt < this.#arrivedAt + TOGETHER_MICROS) {
      arrivals[arrivals.length - 1] = { ...last, receivedAt };
      return;
    }
    if (last?.from === ticks.length) arrivals.pop();
    arrivals.push({ from: ticks.length, receivedAt });
    this.#arrivedAt = receivedAt;
  }

  /** Begins a message. @param source where the bytes of its parts are found */
  begin(message: FeedMessage, source = message): void {
    this.#message = source;
    this.messages.push(message);
    this.bytes += message.payload.length;
  }

  /** Takes what was read of the message, from these of its bytes. */
  readonly take = (item: Decoded, start: number, end: number): void => {
    const exchange = this.#exchange;
    if (item.n !== undefined) this.#count(item.n);
    if (item.ok) {
      this.ticks.push({ stock: item.stock, exchange, price: item.price, time: item.time, seq: 0 });
    } else {
      const { payload, receivedAt } = this.#message;
      const part = Buffer.from(payload.subarray(start, end));
      this.rejected.push({ exchange, payload: part, receivedAt, reason: item.reason, detail: item.detail });
    }
  };

  #count(n: number): void {
    this.#numbers ??= [];
    const run = this.#numbers.at(-1);
    const isOfLastMessage = this.#counted === this.messages.length;
    this.#counted = this.messages.length;
    if (run?.last === n - 1) this.#numbers[this.#numbers.length - 1] = { ...run, last: n };
    // All parts of a message may have its number; from another message it is another publisher's.
    else if (run?.last !== n || !isOfLastMessage) this.#numbers.push({ first: n, last: n, at: this.ticks.length });
  }
}

/**
 * A segment of messages that are read again, or come from a log that has them.
 * @param isForeign another machine's clock said when they arrived (Redis'): where it is slow, what was the future there is
 * not yet the future here
 */
export function readSegment(
  { lane, messages, position, holes }: LogEntry,
  after: string,
  toleranceMicros: number,
  rules: TickRules | undefined,
  isForeign: boolean,
): Segment {
  const draft = new SegmentDraft(lane);
  const slow = isForeign ? Math.max(0, nowMicros() - (messages.at(-1)?.receivedAt ?? 0)) : 0;
  const span = (messages.at(-1)?.receivedAt ?? 0) - (messages[0]?.receivedAt ?? 0);
  if (span > TOGETHER_MICROS) draft.arrivals = [];
  for (const message of messages) {
    draft.arrive(message.receivedAt);
    draft.read(message, toleranceMicros + slow, rules);
  }
  return new Segment(draft, after, position, true, holes);
}
