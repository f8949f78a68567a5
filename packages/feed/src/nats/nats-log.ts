import { type EpochMicros, exchangeOf, type LaneCounts, type LaneName, lanesOf } from '@tickwatch/core';
import { describeError } from '../describe-error.ts';
import {
  type DurableLog,
  type LogEntry,
  type LogStatus,
  MAX_ENTRY_MESSAGES,
  type Place,
  type ResumePoint,
} from '../durable-log.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import { findResumePlace, type PlacedMessage, SEARCH_BACK_MICROS } from '../resume-place.ts';
import { FeedUnavailableError } from '../tick-source.ts';
import { NatsConnection } from './nats-connection.ts';
import { NatsLane } from './nats-lane.ts';
import { laneOfStream } from './nats-names.ts';
import { comparePlaces, formatPlace, type NatsPlace, parsePlace, START } from './nats-place.ts';

/** What the streams hold is asked for at most this often. */
const LOOK_MS = 10_000;

/** JetStream keeps messages as long as the streams' own limits say, whoever has read them: nothing is removed from here. */
export class NatsLog implements DurableLog {
  readonly durability = 'log';
  readonly start = formatPlace(START);
  readonly compare = comparePlaces;
  readonly connection: NatsConnection;
  readonly #counts: LaneCounts;
  readonly #onEvent: OnFeedEvent;
  readonly #lanes = new Map<LaneName, NatsLane>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #problem: string | undefined;

  constructor(natsUrl: string, lanes: LaneCounts, onEvent: OnFeedEvent) {
    this.connection = new NatsConnection(natsUrl, 'tickwatch-feed', onEvent);
    this.#counts = lanes;
    this.#onEvent = onEvent;
  }

  of(lane: LaneName): NatsLane {
    let stream = this.#lanes.get(lane);
    if (stream === undefined) {
      stream = new NatsLane(lane, this.#counts.get(exchangeOf(lane)) ?? 1, this.connection, this.#onEvent);
      this.#lanes.set(lane, stream);
    }
    return stream;
  }

  id(lane: LaneName): string {
    return this.of(lane).stream;
  }

  async lanes(): Promise<readonly LaneName[]> {
    const found = await this.connection.ask(async ({ manager }) => {
      const names: string[] = [];
      for await (const name of manager.streams.names()) names.push(name);
      return names.flatMap((name) => laneOfStream(name, this.#counts.keys()) ?? []);
    });
    return [...new Set([...lanesOf(this.#counts), ...found])];
  }

  async end(lane: LaneName): Promise<string> {
    return formatPlace(await this.of(lane).end());
  }

  async place(point: ResumePoint | undefined, lane: LaneName): Promise<Place> {
    if (point === undefined || point.receivedAt === 0) return { after: this.start, by: 'start' };
    const stream = this.of(lane);
    const own = point.logId === stream.stream ? parsePlace(point.position) : undefined;
    if (own !== undefined) {
      stream.set(own);
      return { after: formatPlace(own), by: 'own' };
    }
    const search = new PlaceSearch(stream, point.receivedAt - SEARCH_BACK_MICROS);
    const { after, by } = await findResumePlace(point, search.messages());
    return { after: after ?? search.begin ?? (await this.end(lane)), by };
  }

  async read(lane: LaneName, after: string, limit: number, upTo?: string): Promise<LogEntry | undefined> {
    const place = parsePlace(after) ?? START;
    const end = upTo === undefined ? undefined : parsePlace(upTo);
    const reading = await this.of(lane).read(place, false);
    if (reading === undefined) return undefined;
    try {
      const order = end === undefined ? -1 : reading.place.generation - end.generation;
      if (order > 0) return undefined;
      const most = Math.min(limit, MAX_ENTRY_MESSAGES);
      const messages = await this.connection.ask(() => reading.nextHeld(most, order === 0 ? end?.seq : undefined));
      return messages.length === 0 ? undefined : reading.entry(messages);
    } finally {
      reading.close();
    }
  }

  async committed(points: readonly ResumePoint[]): Promise<void> {
    if (performance.now() - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = performance.now();
    try {
      await Promise.all(points.map(({ lane }) => this.of(lane).look()));
      this.#problem = undefined;
    } catch (error) {
      this.#problem = `the streams can't be looked at: ${describeError(error)}`;
    }
  }

  status(): LogStatus {
    let [messages, bytes] = [0, 0];
    for (const lane of this.#lanes.values()) {
      messages += lane.messages;
      bytes += lane.bytes;
    }
    return { messages, bytes, maxBytes: undefined, problem: this.#problem };
  }

  /** What the clock of a stream's server says. @throws FeedUnavailableError */
  async now(): Promise<EpochMicros> {
    for (const lane of lanesOf(this.#counts)) {
      const now = await this.of(lane).now();
      if (now !== undefined) return now;
    }
    throw new FeedUnavailableError(`${this.connection.label}: there is no stream yet whose server could tell the time`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connection[Symbol.asyncDispose]();
  }
}

/** The messages of a stream since a time, up to its end. */
class PlaceSearch {
  /** Before the first of them; `undefined`: there is none. */
  begin: string | undefined;
  readonly #stream: NatsLane;
  readonly #since: number;

  constructor(stream: NatsLane, since: number) {
    this.#stream = stream;
    this.#since = since;
  }

  async *messages(): AsyncIterable<readonly PlacedMessage[]> {
    const reading = await this.#stream.readSince(this.#since);
    if (reading === undefined) return;
    const at = (seq: number, time: number): NatsPlace => ({ ...reading.place, seq, time });
    try {
      for (;;) {
        const messages = await reading.nextHeld(MAX_ENTRY_MESSAGES);
        const [first] = messages;
        if (first === undefined) return;
        this.begin ??= formatPlace(at(first.seq - 1, 0));
        yield messages.map((message) => ({ position: formatPlace(at(message.seq, message.receivedAt)), message }));
      }
    } finally {
      reading.close();
    }
  }
}
