import { fetchV13 } from '@platformatic/kafka';
import { type LaneName, laneIndex } from '@tickwatch/core';
import { type Hole, MAX_ENTRY_BYTES } from '../durable-log.ts';
import type { FeedEvent, OnFeedEvent } from '../feed-event.ts';
import { FeedUnavailableError } from '../tick-source.ts';
import type { KafkaClient } from './kafka-client.ts';
import { epochEnds } from './kafka-epoch-end.ts';
import { isAnswer } from './kafka-error.ts';
import { type KafkaPage, readPage } from './kafka-page.ts';
import { formatPlace, type KafkaPlace } from './kafka-place.ts';
import { EARLIEST, type KafkaTopic, LATEST, type Partition, READ_COMMITTED } from './kafka-topic.ts';

/** What lies behind a place. */
export interface LanePage extends KafkaPage {
  /** Read on from here. */
  readonly place: KafkaPlace;
  readonly holes: readonly Hole[];
  readonly isEnd: boolean;
}

interface Moved {
  readonly place: KafkaPlace;
  readonly holes: readonly Hole[];
}

/** The partition that carries a lane. */
export class KafkaLane {
  readonly lane: LaneName;
  /** How many offsets it holds, as it was last read. */
  length = 0;
  readonly #topic: KafkaTopic;
  readonly #client: KafkaClient;
  readonly #onEvent: OnFeedEvent;
  #told = '';
  #ended: { readonly epoch: number; readonly under: number; readonly offset: bigint } | undefined;

  constructor(lane: LaneName, topic: KafkaTopic, client: KafkaClient, onEvent: OnFeedEvent) {
    this.lane = lane;
    this.#topic = topic;
    this.#client = client;
    this.#onEvent = onEvent;
  }

  async partition(): Promise<Partition> {
    return await this.#topic.partition(laneIndex(this.lane));
  }

  /** The place behind what was received before a time (ms), or {@link LATEST}. @throws FeedUnavailableError */
  async placeAt(time: bigint): Promise<KafkaPlace> {
    const partition = await this.partition();
    return { topicId: partition.topicId, ...(await this.#topic.offsetAt(partition, time)) };
  }

  /**
   * @param waitMs for a first message
   * @param via see KafkaClient.ask
   * @throws FeedUnavailableError
   */
  async page(from: KafkaPlace | undefined, waitMs: number, via: string): Promise<LanePage> {
    const partition = await this.partition();
    const { place, holes } = await this.#find(from, partition);
    try {
      return { ...(await this.#fetch(place, partition, waitMs, via)), holes };
    } catch (error) {
      if (!isAnswer(error, 'OFFSET_OUT_OF_RANGE')) throw error;
    }
    const first = await this.#topic.offsetAt(partition, EARLIEST);
    if (place.offset > first.offset) {
      const to = { ...place, ...(await this.#topic.offsetAt(partition, LATEST)) };
      return { ...(await this.#fetch(to, partition, 0, via)), holes: [...holes, this.#restarted(place, to)] };
    }
    const page = await this.#fetch({ ...place, offset: first.offset }, partition, 0, via);
    if (place.epoch < 0) return { ...page, holes };
    const count = Number(first.offset - place.offset);
    const exact = !page.isTransactional && (await this.#topic.isWhole());
    this.#tell(place, { type: 'messages_overtaken', lane: this.lane, count: exact ? count : 1, exact });
    return { ...page, holes: [...holes, { reason: 'overtaken', ...(exact && { messages: count }) }] };
  }

  /** Where a place lies now: in a topic that was made anew, or that lost its end, it is another one. */
  async #find(from: KafkaPlace | undefined, partition: Partition): Promise<Moved> {
    const { topicId, epoch } = partition;
    const start = { topicId, epoch: -1, offset: 0n };
    if (from === undefined) return { place: start, holes: [] };
    if (from.topicId !== topicId) return { place: start, holes: [this.#restarted(from, start)] };
    if (from.epoch < 0 || from.epoch === epoch) return { place: from, holes: [] };
    const offset = await this.#endOf(from.epoch, partition);
    if (offset < 0n || offset >= from.offset) return { place: from, holes: [] };
    const place = { topicId, epoch, offset };
    return { place, holes: [this.#restarted(from, place)] };
  }

  /** Up to where the log has what was written under a former leader; negative: retention removed all of it. */
  async #endOf(epoch: number, { index, epoch: under, leader }: Partition): Promise<bigint> {
    if (this.#ended?.epoch !== epoch || this.#ended.under !== under) {
      const partitions = [{ partitionIndex: index, currentLeaderEpoch: under, leaderEpoch: epoch }];
      const topics = [{ name: this.#topic.name, partitions }];
      const [end] = await this.#client.ask(this.#topic.name, epochEnds, [-1, topics], leader);
      this.#ended = { epoch, under, offset: end?.endOffset ?? -1n };
    }
    return this.#ended.offset;
  }

  async #fetch(
    place: KafkaPlace,
    { leader, ...of }: Partition,
    waitMs: number,
    via: string,
  ): Promise<Omit<LanePage, 'holes'>> {
    const partitions = [
      {
        partition: of.index,
        currentLeaderEpoch: of.epoch,
        fetchOffset: place.offset,
        lastFetchedEpoch: -1,
        partitionMaxBytes: MAX_ENTRY_BYTES,
      },
    ];
    const topics = [{ topicId: place.topicId, partitions }];
    const args: Parameters<typeof fetchV13.createRequest> = [
      waitMs,
      1,
      MAX_ENTRY_BYTES,
      READ_COMMITTED,
      0,
      -1,
      topics,
      [],
      '',
    ];
    const { responses } = await this.#client.ask(this.#topic.name, fetchV13.api, args, leader, via);
    const answer = responses[0]?.partitions[0];
    if (answer === undefined) throw new FeedUnavailableError(`${this.#topic.name}: an answer without the partition`);
    const page = readPage(answer, place.offset);
    if (!page.isStamped) await this.#topic.requireTimes();
    this.length = Number(answer.highWatermark - answer.logStartOffset);
    const next = { ...place, epoch: page.epoch ?? place.epoch, offset: page.next };
    return { ...page, place: next, isEnd: page.next >= answer.lastStableOffset };
  }

  #restarted(from: KafkaPlace, to: KafkaPlace): Hole {
    this.#tell(from, { type: 'source_restarted', lane: this.lane, from: formatPlace(from), to: formatPlace(to) });
    return { reason: 'source_restarted' };
  }

  /** Once, however often that place is read from. */
  #tell(from: KafkaPlace, event: FeedEvent): void {
    if (this.#told === formatPlace(from)) return;
    this.#told = formatPlace(from);
    this.#onEvent(event);
  }
}
