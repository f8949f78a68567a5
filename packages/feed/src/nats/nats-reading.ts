import type { LaneName } from '@tickwatch/core';
import type { Hole, LogEntry } from '../durable-log.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import { formatPlace, type NatsPlace } from './nats-place.ts';
import type { NatsMessage, NatsPull } from './nats-pull.ts';

/** Where a reading begins. */
export interface NatsStart {
  readonly place: NatsPlace;
  /** Set: not behind the place's message, but with the first that was received at or after this time (µs). */
  readonly since?: number;
  /** What is missing before the first message; how many it is nobody knows. */
  readonly hole?: Hole;
}

/** What a reading needs of the server. */
export interface NatsSupply {
  readonly pull: NatsPull;
  /** The stream's newest number when the reading began. */
  readonly last: number;
  /** It is not needed any more. */
  readonly end: () => void;
}

/** A lane's stream, read from one place on. */
export class NatsReading {
  /** Behind the last message that was given. */
  place: NatsPlace;
  readonly #lane: LaneName;
  readonly #supply: NatsSupply;
  readonly #onEvent: OnFeedEvent;
  #hole: Hole | undefined;
  /** The next message may have any number, if it is not older than this. */
  #since: number | undefined;
  #ahead: NatsMessage[] = [];

  constructor(lane: LaneName, { place, since, hole }: NatsStart, supply: NatsSupply, onEvent: OnFeedEvent) {
    this.#lane = lane;
    this.place = place;
    this.#hole = hole;
    this.#since = since ?? (hole && 0);
    this.#supply = supply;
    this.#onEvent = onEvent;
  }

  /**
   * The next messages without a hole between them, as {@link NatsPull.take} gives them. @param upTo none behind this number
   * @throws Error begin a new reading at {@link place}
   */
  async next(limit: number, signal?: AbortSignal, upTo?: number): Promise<readonly NatsMessage[]> {
    while (this.#ahead.length === 0) {
      const taken = await this.#supply.pull.take(limit, signal);
      if (taken.length === 0) return [];
      this.#ahead = taken.filter((message) => this.#isBehind(message));
    }
    const [first] = this.#ahead;
    if (first === undefined || first.seq > (upTo ?? first.seq)) return [];
    if (this.#since === undefined) this.#overtaken(first.seq - this.place.seq - 1);
    this.#since = undefined;
    const count = this.#ahead.findIndex(({ seq }, i) => seq !== first.seq + i || seq > (upTo ?? seq));
    const messages = this.#ahead.splice(0, count < 0 ? this.#ahead.length : count);
    const last = messages.at(-1) ?? first;
    this.place = { ...this.place, seq: last.seq, time: last.receivedAt };
    return messages;
  }

  /** As {@link next}, of what the stream had when the reading began. */
  async nextHeld(limit: number, upTo?: number): Promise<readonly NatsMessage[]> {
    const { last } = this.#supply;
    return this.place.seq < Math.min(last, upTo ?? last) ? await this.next(limit, undefined, upTo) : [];
  }

  /** The messages that {@link next} gave, as the log's entry. */
  entry(messages: readonly NatsMessage[]): LogEntry {
    const holes = this.#hole === undefined ? {} : { holes: [this.#hole] };
    this.#hole = undefined;
    const position = formatPlace(this.place);
    return { lane: this.#lane, ...holes, messages: messages.map(withoutNumber), position };
  }

  close(): void {
    this.#supply.pull.close();
    this.#supply.end();
  }

  /** A replica that is not up to date begins at its own end, where it should begin later. */
  #isBehind({ seq, receivedAt }: NatsMessage): boolean {
    return this.#since === undefined ? seq > this.place.seq : receivedAt >= this.#since;
  }

  /** The stream is the lane's alone: what it numbered and has no more, it removed. */
  #overtaken(count: number): void {
    if (count === 0) return;
    this.#hole = { reason: 'overtaken', messages: count };
    this.#onEvent({ type: 'messages_overtaken', lane: this.#lane, count, exact: true });
  }
}

function withoutNumber({ payload, receivedAt }: NatsMessage): LogEntry['messages'][number] {
  return { payload, receivedAt };
}
