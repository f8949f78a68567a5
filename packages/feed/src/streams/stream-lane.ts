import { exchangeOf, type LaneCounts, type LaneName, laneIndex, streamKey } from '@tickwatch/core';
import { type Hole, type LogEntry, MAX_ENTRY_BYTES, MAX_ENTRY_MESSAGES } from '../durable-log.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import { isRefusal } from '../redis-connection.ts';
import type { RedisNodes } from '../redis-nodes.ts';
import { StreamChange } from './stream-change.ts';
import type { StreamCursor } from './stream-cursor.ts';
import { StreamLeader } from './stream-leader.ts';
import { isTailLost, type Look, lastBefore, lastOf, lookAt, markOf } from './stream-look.ts';
import { compareStreamIds, formatPlace, STREAM_START, type StreamPlace } from './stream-place.ts';
import type { StreamEntry } from './stream-reply.ts';

export interface StreamStep {
  /** Read on from here. */
  readonly place: StreamPlace;
  readonly entry: LogEntry | undefined;
  /** Of the entry's messages. */
  readonly ids: readonly string[];
  /** What is missing behind the place that was read from. */
  readonly hole: Hole | undefined;
  /** Nothing lay behind the entry when it was read. */
  readonly isEnd: boolean;
}

/**
 * The streams of one lane. Each is marked by a consumer group `tickwatch-<generation>`, from which nobody reads: it lives and
 * dies with the stream. Where it is missing, the stream is another one under the same name (deleted, flushed, an empty
 * replica), whose ids may lie before those that were read. Where it is there and ids went back, or what was read last is
 * missing in the middle, Redis lost the newest entries, and what is left before them was read; or somebody set the stream's
 * last id. The group's last id is what is committed; where its
 * generation does not begin with the stream, `@` and the id before it follow its name.
 */
export class StreamLane {
  readonly lane: LaneName;
  /** By the settings. */
  readonly key: string;
  /** What the key was, or will be, when the exchange has one lane instead of several, or several instead of one. */
  readonly otherKey: string | undefined;
  /** The last place that was read or set. */
  at: StreamPlace | undefined;
  /** Who leads the stream that is read, where it is in a cluster. */
  readonly leader: StreamLeader;
  /** `undefined`: it has one stream only, whatever the settings. */
  readonly change: StreamChange | undefined;
  length = 0;
  bytes = 0;
  readonly #commands: RedisNodes;
  readonly #onEvent: OnFeedEvent;
  /** False: the server does not let us mark streams; then only ids that go back tell. */
  #isMarking = true;
  #pageSize = 512;
  #toldGeneration = 0;

  constructor(lane: LaneName, lanes: LaneCounts, commands: RedisNodes, onEvent: OnFeedEvent) {
    this.lane = lane;
    this.key = streamKey(lane, laneIndex(lane) > 0 ? 2 : (lanes.get(exchangeOf(lane)) ?? 1));
    const other = streamKey(lane, this.key === streamKey(lane, 1) ? 2 : 1);
    this.otherKey = laneIndex(lane) === 0 ? other : undefined;
    this.#commands = commands;
    this.#onEvent = onEvent;
    this.leader = new StreamLeader(commands, this.key);
    if (this.otherKey !== undefined) {
      this.change = new StreamChange(
        this.key,
        this.otherKey,
        commands,
        async (place) => void (await this.#mark(place)),
      );
    }
  }

  keyOf({ key }: StreamPlace): string {
    return key ?? this.key;
  }

  /**
   * The next entries behind a place and not behind `upTo`.
   * @param cursor of whoever reads all entries one after another: it tells what was overtaken
   * @throws FeedUnavailableError
   */
  async next(from: StreamPlace, limit: number, upTo?: StreamPlace, cursor?: StreamCursor): Promise<StreamStep> {
    const count = Math.min(limit, this.#pageSize);
    const look = await lookAt(this.#commands, this.keyOf(from), from.id, count + 1);
    const moved = await this.#move(from, look, cursor);
    if (moved !== undefined) {
      // A place that is only marked now is the same as before.
      const isOther = moved.generation !== from.generation && from.generation > 0;
      return this.#step(moved, isOther ? { hole: { reason: 'source_restarted' } } : {});
    }
    const torn = cursor && (await this.leader.check(this.keyOf(from), from, look.marks.get(from.generation)?.name));
    if (torn !== undefined) {
      this.#onEvent({ type: 'leader_lost', lane: this.lane, detail: torn.detail ?? '' });
      return this.#step(from, { hole: torn });
    }
    const hole = this.#overtaken(look, cursor);
    const left = await this.change?.leftAt(from, look.marks);
    const isBefore = (id: string): boolean => left === undefined || compareStreamIds(id, left) <= 0;
    const behind = look.entries.filter(({ id }) => id !== from.id && isWithin({ ...from, id }, upTo) && isBefore(id));
    const taken = this.#take(behind.slice(0, count), count);
    const last = taken.at(-1);
    if (last === undefined) {
      const isWaiting = cursor !== undefined && left === undefined;
      const to = this.#isMarking || from.key !== undefined ? this.change?.next(from, look.marks, isWaiting) : undefined;
      return this.#step((await to) ?? from, { hole });
    }
    cursor?.advance(last.id, taken.length);
    const isEnd = last.id === look.info?.lastId;
    const place = { ...from, id: last.id };
    const messages = taken.map(({ message }) => message);
    const ids = taken.map(({ id }) => id);
    const entry = { lane: this.lane, messages, position: formatPlace(place) };
    // Level with the stream's end, it shows whether some were deleted before it.
    return this.#step(place, { hole: hole ?? (isEnd ? this.#overtaken(look, cursor) : undefined), entry, ids, isEnd });
  }

  /** The place behind the newest entry of the lane's own stream. @throws FeedUnavailableError */
  async end(): Promise<StreamPlace> {
    const { info, marks } = await lookAt(this.#commands, this.key, STREAM_START, 1);
    const known = this.at === undefined ? 0 : this.at.generation + (this.at.key === undefined ? 0 : 1);
    const end = { generation: Math.max(known, ...marks.keys()), key: undefined, id: info?.lastId ?? STREAM_START };
    const isNew = info !== undefined && end.generation === 0;
    const first = { generation: 1, key: undefined, id: STREAM_START };
    return isNew && (await this.#mark(first)) ? { ...end, generation: 1 } : end;
  }

  /** Whether the lane's own stream has entries that were never committed. @throws FeedUnavailableError */
  async isWaiting(): Promise<boolean> {
    const { info, marks } = await lookAt(this.#commands, this.key, STREAM_START, 1);
    return info !== undefined && compareStreamIds(info.lastId, lastOf(marks)) > 0;
  }

  #step(place: StreamPlace, { entry, ids = [], hole, isEnd = false }: Partial<StreamStep> = {}): StreamStep {
    if (place.generation >= (this.at?.generation ?? 0)) this.at = place;
    return { place, entry, ids, hole, isEnd };
  }

  #overtaken({ info }: Look, cursor: StreamCursor | undefined): Hole | undefined {
    const overtaken = info && cursor?.inspect(info);
    if (overtaken === undefined) return undefined;
    const { count, exact, between } = overtaken;
    this.#onEvent({ type: 'messages_overtaken', lane: this.lane, count, exact });
    return { reason: 'overtaken', ...(exact && { messages: count }), ...between };
  }

  /** As many as an entry may hold. */
  #take(entries: readonly StreamEntry[], count: number): readonly StreamEntry[] {
    let bytes = 0;
    let taken = 0;
    for (const { message } of entries) {
      bytes += message.payload.length;
      if (taken > 0 && bytes > MAX_ENTRY_BYTES) break;
      taken++;
    }
    if (taken < entries.length) this.#pageSize = taken;
    else if (taken >= count) this.#pageSize = Math.min(MAX_ENTRY_MESSAGES, this.#pageSize * 2);
    return entries.slice(0, taken);
  }

  /** Where to read on, when a place does not lie in this stream any more, or is not marked yet. */
  async #move(from: StreamPlace, look: Look, cursor: StreamCursor | undefined): Promise<StreamPlace | undefined> {
    const { info, marks, entries } = look;
    if (info === undefined) return undefined;
    const { generation } = from;
    const isMarked = generation > 0 && marks.has(generation);
    const isCut = isTailLost(look, from.id);
    const isBack = isCut || compareStreamIds(info.lastId, from.id) < 0;
    const isSame = isMarked || entries[0]?.id === from.id || ((generation === 0 || !this.#isMarking) && !isBack);
    if (isSame && !isBack) {
      const marked = { ...from, generation: generation || Math.max(1, ...marks.keys()) };
      return !isMarked && (await this.#mark(marked)) ? marked : undefined;
    }
    const newest = Math.max(...marks.keys());
    let to = { ...from, generation: newest, id: marks.get(newest)?.start ?? STREAM_START };
    if (newest <= generation || isMarked) {
      const last = isCut ? await lastBefore(this.#commands, this.keyOf(from), from.id) : info.lastId;
      const isAllNew = !isSame || compareStreamIds(lastOf(marks), last) > 0 || cursor?.isAllNew(info) === true;
      to = { ...from, generation: generation + 1, id: isAllNew ? STREAM_START : last };
      // Without the right to mark, what looked like another stream may be the same.
      if (this.#isMarking && !(await this.#mark(to, to.id))) return this.#move(from, look, cursor);
      const old = marks.get(generation);
      if (old !== undefined) await this.#group('DESTROY', from, old.name);
    }
    if (to.generation > this.#toldGeneration) {
      this.#toldGeneration = to.generation;
      this.#onEvent({ type: 'source_restarted', lane: this.lane, from: formatPlace(from), to: formatPlace(to) });
    }
    return to;
  }

  /** @returns false: the server does not let us */
  async #mark(place: StreamPlace, start = STREAM_START): Promise<boolean> {
    if (!this.#isMarking) return false;
    const name = start === STREAM_START ? markOf(place) : `${markOf(place)}@${start}`;
    try {
      await this.#group('CREATE', place, name, place.id);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (/BUSYGROUP/.test(String(error))) return true;
      if (!/NOPERM|READONLY/.test(String(error))) throw error;
      this.#isMarking = false;
      this.#commands.commandFailed(this.keyOf(place), error);
    }
    return this.#isMarking;
  }

  async #group(verb: 'CREATE' | 'DESTROY', place: StreamPlace, ...rest: readonly string[]): Promise<void> {
    const key = this.keyOf(place);
    await this.#commands.run(key, 'XGROUP', verb, key, ...rest);
  }
}

function isWithin({ generation, id }: StreamPlace, upTo: StreamPlace | undefined): boolean {
  if (upTo === undefined || upTo.generation > generation) return true;
  return upTo.generation === generation && compareStreamIds(id, upTo.id) <= 0;
}
