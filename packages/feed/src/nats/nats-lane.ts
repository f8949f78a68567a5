import {
  AckPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos, nuid } from '@nats-io/transport-node';
import { type EpochMicros, formatMicros, type LaneName, laneIndex, parseTime } from '@tickwatch/core';
import { describeError } from '../describe-error.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import type { NatsApi, NatsConnection } from './nats-connection.ts';
import { laneSubject, streamName } from './nats-names.ts';
import { formatPlace, type NatsPlace, START } from './nats-place.ts';
import { NatsPull } from './nats-pull.ts';
import { NatsReading, type NatsStart } from './nats-reading.ts';

/** Of a stream that is made here. */
const MAX_AGE_MS = 7 * 86_400_000;
/** A consumer that nobody pulls from goes away by itself. */
const INACTIVE_MS = 60_000;
/** A stream whose new leader has not taken over everything yet looks for a moment as if it had lost messages. */
const DOUBT_MS = 1000;

/** The stream of one lane. */
export class NatsLane {
  readonly lane: LaneName;
  readonly stream: string;
  messages = 0;
  bytes = 0;
  readonly #lanes: number;
  readonly #connection: NatsConnection;
  readonly #onEvent: OnFeedEvent;
  /** The newest place that was read or set. */
  #at = START;
  #doubtedSince: number | undefined;

  /** @param lanes how many the exchange has */
  constructor(lane: LaneName, lanes: number, connection: NatsConnection, onEvent: OnFeedEvent) {
    this.lane = lane;
    this.stream = streamName(lane);
    this.#lanes = lanes;
    this.#connection = connection;
    this.#onEvent = onEvent;
  }

  /** Reading goes on here: where the stream was replaced meanwhile, its generation follows this one's. */
  set(place: NatsPlace): void {
    if (place.generation >= this.#at.generation) this.#at = place;
  }

  /** How the stream is; `undefined`: there is none. @throws FeedUnavailableError */
  look(): Promise<StreamInfo | undefined> {
    return this.#connection.ask(async ({ manager }) => {
      const info = await manager.streams.info(this.stream).catch(undefinedIf(JetStreamApiCodes.StreamNotFound));
      this.messages = info?.state.messages ?? 0;
      this.bytes = info?.state.bytes ?? 0;
      return info;
    });
  }

  /** The place behind the newest message. @throws FeedUnavailableError */
  async end(): Promise<NatsPlace> {
    const info = await this.look();
    if (info === undefined) return this.#at;
    const { last_seq: seq, last_ts: time } = info.state;
    return { ...this.#beginOf(info), seq, time: seq === 0 ? 0 : microsOf(time) };
  }

  /**
   * Begins to read behind a place.
   * @param isMade whether a stream that is missing is made
   * @returns `undefined`: there is no stream
   * @throws FeedUnavailableError
   */
  async read(place: NatsPlace, isMade: boolean): Promise<NatsReading | undefined> {
    const info = (await this.look()) ?? (isMade ? await this.#make() : undefined);
    return info && this.#begin(await this.#locate(place, info), info);
  }

  /** Begins to read with the first message of a time or later. @returns `undefined`: there is no stream. @throws FeedUnavailableError */
  async readSince(time: number): Promise<NatsReading | undefined> {
    const info = await this.look();
    return info && this.#begin({ place: this.#beginOf(info), since: Math.max(0, time) }, info);
  }

  /** What its server's clock says; `undefined`: there is no stream. @throws FeedUnavailableError */
  async now(): Promise<EpochMicros | undefined> {
    const info: (StreamInfo & { readonly ts?: string }) | undefined = await this.look();
    if (info?.ts !== undefined || info === undefined) return info && microsOf(info.ts ?? '');
    // Before 2.10 nothing tells the time but what is made now.
    return this.#connection.ask(async (api) => {
      const { name, created } = await this.#consume(api, { deliver_policy: DeliverPolicy.New });
      await api.manager.consumers.delete(this.stream, name);
      return microsOf(created);
    });
  }

  #begin(start: NatsStart, { state }: StreamInfo): Promise<NatsReading> {
    this.set(start.place);
    return this.#connection.ask(async (api) => {
      const { name } = await this.#consume(
        api,
        start.since === undefined
          ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: start.place.seq + 1 }
          : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: formatMicros(start.since as EpochMicros) },
      );
      const end = (): void => void api.manager.consumers.delete(this.stream, name).catch(() => {});
      const supply = { pull: new NatsPull(api, this.stream, name), last: state.last_seq, end };
      return new NatsReading(this.lane, start, supply, this.#onEvent);
    });
  }

  #consume({ manager }: NatsApi, begin: Partial<ConsumerConfig>): Promise<ConsumerInfo> {
    return manager.consumers.add(this.stream, {
      name: `tickwatch-${nuid.next()}`,
      ack_policy: AckPolicy.None,
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: nanos(INACTIVE_MS),
      ...begin,
    });
  }

  /** Where a place lies in the stream as it is now. */
  async #locate(place: NatsPlace, info: StreamInfo): Promise<NatsStart> {
    const begin = this.#beginOf(info);
    if (place.generation === 0) return { place: begin };
    if (begin.created !== place.created) {
      const generation = Math.max(place.generation + 1, begin.created);
      return this.#restarted(place, { place: { ...START, generation, created: begin.created } });
    }
    if (await this.#isThere(place, info)) {
      this.#doubtedSince = undefined;
      return { place };
    }
    this.#doubtedSince ??= performance.now();
    if (performance.now() - this.#doubtedSince < DOUBT_MS) throw new Error('the stream has lost what was read from it');
    const next = { ...place, generation: place.generation + 1 };
    return this.#restarted(place, { place: next, since: place.time + 1 });
  }

  #restarted(from: NatsPlace, start: NatsStart): NatsStart {
    const isTold = this.#at.generation >= start.place.generation;
    const [was, is] = [formatPlace(from), formatPlace(start.place)];
    if (!isTold) this.#onEvent({ type: 'source_restarted', lane: this.lane, from: was, to: is });
    return { ...start, hole: { reason: 'source_restarted' } };
  }

  /** Whether the message before a place is still the one that was read, as far as the stream can tell. */
  async #isThere({ seq, time }: NatsPlace, { state }: StreamInfo): Promise<boolean> {
    if (seq > state.last_seq) return false;
    if (seq < state.first_seq || time === 0) return true;
    const isGone = undefinedIf(JetStreamApiCodes.NoMessageFound);
    const found = await this.#connection.ask(({ manager }) =>
      manager.streams.getMessage(this.stream, { seq }).catch(isGone),
    );
    return !found || microsOf(found.timestamp) === time;
  }

  /** Before the first message of the stream, as it is called since it was last seen. */
  #beginOf(info: StreamInfo): NatsPlace {
    const created = microsOf(info.created);
    const isKnown = this.#at.created === created;
    return {
      ...START,
      created,
      generation: isKnown ? this.#at.generation : Math.max(created, this.#at.generation + 1),
    };
  }

  #make(): Promise<StreamInfo> {
    const subject = laneSubject(this.lane, this.#lanes);
    return this.#connection.ask(async ({ manager }: NatsApi) => {
      try {
        if (laneIndex(this.lane) >= this.#lanes) throw new Error('the exchange has fewer lanes now');
        return await manager.streams.add({
          name: this.stream,
          subjects: [subject],
          storage: StorageType.File,
          retention: RetentionPolicy.Limits,
          discard: DiscardPolicy.Old,
          num_replicas: 1,
          max_age: nanos(MAX_AGE_MS),
        });
      } catch (error) {
        const how = `make it: nats stream add ${this.stream} --subjects='${subject}' --storage=file --defaults`;
        throw new Error(`there is no stream ${this.stream} and it can't be made (${describeError(error)}); ${how}`);
      }
    });
  }
}

function undefinedIf(code: number): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof JetStreamApiError) || error.code !== code) throw error;
  };
}

function microsOf(text: string): EpochMicros {
  return parseTime(text) ?? (0 as EpochMicros);
}
