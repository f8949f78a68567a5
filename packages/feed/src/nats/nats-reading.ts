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

/** A lane's stream, read from one place on. */
export class NatsReading {
  /** Behind the last message that was given. */
  place: NatsPlace;
  readonly #lane: LaneName;
  readonly #pull: NatsPull;
  readonly #onEvent: OnFeedEvent;
  readonly #end: () => void;
  #hole: Hole | undefined;
  /** The next message may have any number. */
  #isAny: boolean;
  #ahead: NatsMessage[] = [];

  /** @param end what the reading needed on the server is not needed any more */
  constructor(
    lane: LaneName,
    { place, since, hole }: NatsStart,
    pull: NatsPull,
    onEvent: OnFeedEvent,
    end: () => void,
  ) {
    this.#lane = lane;
    this.place = place;
    this.#hole = hole;
    this.#isAny = since !== undefined || hole !== undefined;
    this.#pull = pull;
    this.#onEvent = onEvent;
    this.#end = end;
  }

  /**
   * The next messages without a hole between them, as {@link NatsPull.take} gives them. @param upTo none behind this number
   * @throws Error begin a new reading at {@link place}
   */
  async next(limit: number, isWaiting: boolean, signal?: AbortSignal, upTo?: number): Promise<readonly NatsMessage[]> {
    if (this.#ahead.length === 0) this.#ahead = [...(await this.#pull.take(limit, isWaiting, signal))];
    const [first] = this.#ahead;
    if (first === undefined || first.seq > (upTo ?? first.seq)) return [];
    if (!this.#isAny) this.#overtaken(first.seq - this.place.seq - 1);
    this.#isAny = false;
    const count = this.#ahead.findIndex(({ seq }, i) => seq !== first.seq + i || seq > (upTo ?? seq));
    const messages = this.#ahead.splice(0, count < 0 ? this.#ahead.length : count);
    const last = messages.at(-1) ?? first;
    this.place = { ...this.place, seq: last.seq, time: last.receivedAt };
    return messages;
  }

  /** The messages that {@link next} gave, as the log's entry. */
  entry(messages: readonly NatsMessage[]): LogEntry {
    const holes = this.#hole === undefined ? {} : { holes: [this.#hole] };
    this.#hole = undefined;
    const position = formatPlace(this.place);
    return { lane: this.#lane, ...holes, messages: messages.map(withoutNumber), position };
  }

  close(): void {
    this.#pull.close();
    this.#end();
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
