import { type LaneName, laneName, lanesOf, MAX_LANES } from '@tickwatch/core';
import { describeError } from '../describe-error.ts';
import {
  type DurableLog,
  type Hole,
  type LogEntry,
  type LogStatus,
  MAX_ENTRY_MESSAGES,
  type Place,
  type ResumePoint,
} from '../durable-log.ts';
import type { FeedConfig } from '../feed-config.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import { isRefusal } from '../redis-connection.ts';
import { RedisNodes } from '../redis-nodes.ts';
import { findResumePlace, type PlacedMessage, SEARCH_BACK_MICROS } from '../resume-place.ts';
import { StreamLane } from './stream-lane.ts';
import { markOf } from './stream-look.ts';
import {
  comparePlaces,
  compareStreamIds,
  formatPlace,
  parsePlace,
  START,
  STREAM_START,
  streamIdAfter,
} from './stream-place.ts';

type StreamConfig = Extract<FeedConfig, { readonly kind: 'stream' }>;

/**
 * KEYS: stream. ARGV: mark, id, longest length, leading node to note (or empty). MINID removes only what is older than the committed entry. The mark never
 * goes back: where the lane has left this stream, it stands at its end, while older commits of it still come.
 */
const COMMIT = `
local group, last = ARGV[1], '0-0'
for _, fields in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  if fields[2] == ARGV[1] or string.find(fields[2], ARGV[1] .. '@', 1, true) == 1 then
    group = fields[2]
    for i = 1, #fields, 2 do if fields[i] == 'last-delivered-id' then last = fields[i + 1] end end
  end
end
local function parts(id) return tonumber(string.match(id, '^%d+')), tonumber(string.match(id, '%d+$')) end
local oldTime, oldCount = parts(last)
local newTime, newCount = parts(ARGV[2])
local isAhead = newTime > oldTime or (newTime == oldTime and newCount > oldCount)
if ARGV[1] ~= 'tickwatch-0' and isAhead then redis.call('XGROUP', 'SETID', KEYS[1], group, ARGV[2]) end
if ARGV[4] ~= '' then
  for _, fields in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], group)) do
    if fields[2] ~= ARGV[4] then redis.call('XGROUP', 'DELCONSUMER', KEYS[1], group, fields[2]) end
  end
  redis.call('XGROUP', 'CREATECONSUMER', KEYS[1], group, ARGV[4])
end
if redis.call('XLEN', KEYS[1]) > tonumber(ARGV[3]) then
  redis.call('XTRIM', KEYS[1], 'MINID', '~', ARGV[2], 'LIMIT', '0')
end
return redis.call('XLEN', KEYS[1])`;

/** Redis Streams, which keep messages while nobody reads: the streams themselves are the log. */
export class StreamLog implements DurableLog {
  readonly durability = 'log';
  readonly start = STREAM_START;
  readonly compare = comparePlaces;
  readonly commands: RedisNodes;
  readonly #config: StreamConfig;
  readonly #onEvent: OnFeedEvent;
  readonly #lanes = new Map<LaneName, StreamLane>();
  #problem: string | undefined;

  constructor(config: StreamConfig, onEvent: OnFeedEvent) {
    this.#config = config;
    this.#onEvent = onEvent;
    // That the server is away is told by the connection that waits for news; of a cluster's nodes there are many such.
    this.commands = new RedisNodes(config.redisUrl, 'tickwatch-feed-commands', (event) => {
      const isTold = this.commands.one !== undefined && this.commands.mode !== 'cluster';
      if (event.type === 'feed_command_failed' || !isTold) onEvent(event);
    });
    this.commands.onTurn((turnOf) => {
      for (const { leader } of this.#lanes.values()) leader.turn(turnOf);
    });
    this.commands.open();
  }

  of(lane: LaneName): StreamLane {
    let streams = this.#lanes.get(lane);
    if (streams === undefined) {
      streams = new StreamLane(lane, this.#config.lanes, this.commands, this.#onEvent);
      this.#lanes.set(lane, streams);
    }
    return streams;
  }

  id(lane: LaneName): string {
    return this.of(lane).key;
  }

  async lanes(): Promise<readonly LaneName[]> {
    const { lanes } = this.#config;
    const possible = [...lanes].flatMap(([exchange, count]) =>
      Array.from({ length: MAX_LANES - count }, (_, i) => laneName(exchange, count + i)),
    );
    const waiting = await Promise.all(
      possible.map(async (lane) => {
        const exists = Number(await this.commands.run(this.id(lane), 'EXISTS', this.id(lane))) > 0;
        return exists && (await this.of(lane).isWaiting());
      }),
    );
    return [...lanesOf(lanes), ...possible.filter((_, i) => waiting[i])];
  }

  async end(lane: LaneName): Promise<string> {
    return formatPlace(await this.of(lane).end());
  }

  async place(point: ResumePoint | undefined, lane: LaneName): Promise<Place> {
    if (point === undefined || point.receivedAt === 0) return { after: this.start, by: 'start' };
    const streams = this.of(lane);
    // Another member may have read on meanwhile.
    streams.change?.forget();
    const place = parsePlace(point.position);
    if (place !== undefined && (point.logId === streams.key || point.logId === streams.otherKey)) {
      const key = place.key ?? point.logId;
      return { after: formatPlace({ ...place, key: key === streams.key ? undefined : key }), by: 'own' };
    }
    const end = await streams.end();
    const atTime = (time: number): string => {
      const id = streamIdAfter(time);
      return formatPlace(compareStreamIds(id, end.id) < 0 ? { ...end, id } : end);
    };
    const { after, by } = await findResumePlace(
      point,
      this.#entriesBehind(lane, atTime(point.receivedAt - SEARCH_BACK_MICROS)),
    );
    return { after: after ?? atTime(point.receivedAt), by };
  }

  async read(lane: LaneName, after: string, limit: number, upTo?: string): Promise<LogEntry | undefined> {
    const end = upTo === undefined ? undefined : parsePlace(upTo);
    let place = parsePlace(after) ?? START;
    const holes: Hole[] = [];
    for (;;) {
      const step = await this.of(lane).next(place, limit, end);
      if (step.hole !== undefined) holes.push(step.hole);
      if (step.entry !== undefined) return holes.length === 0 ? step.entry : { ...step.entry, holes };
      if (formatPlace(step.place) === formatPlace(place)) return undefined;
      place = step.place;
    }
  }

  async committed(points: readonly ResumePoint[]): Promise<void> {
    try {
      await Promise.all(points.map((point) => this.#commit(point)));
      this.#problem = undefined;
    } catch (error) {
      const problem = `the streams can't be trimmed: ${describeError(error)}`;
      if (this.#problem === undefined && isRefusal(error)) {
        this.commands.commandFailed(this.id(points[0]?.lane ?? ''), error);
      }
      this.#problem = problem;
    }
  }

  status(): LogStatus {
    let [messages, bytes] = [0, 0];
    for (const lane of this.#lanes.values()) {
      messages += lane.length;
      bytes += lane.bytes;
    }
    return { messages, bytes, maxBytes: undefined, problem: this.#problem };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.commands[Symbol.asyncDispose]();
  }

  async #commit({ lane, logId, position }: ResumePoint): Promise<void> {
    const streams = this.of(lane);
    const place = parsePlace(position);
    if (place === undefined || logId !== streams.key) return;
    const key = streams.keyOf(place);
    try {
      const limit = String(this.#config.maxStreamLength);
      const leader = streams.leader.toNote({ key, place });
      const args = [key, markOf(place), place.id, limit, leader];
      streams.length = Number(await this.commands.run(key, 'EVAL', COMMIT, '1', ...args));
      streams.leader.noted(leader);
      streams.bytes = Number(await this.commands.run(key, 'MEMORY', 'USAGE', key));
    } catch (error) {
      // Another stream has taken its place; or it may not be marked, and is not trimmed then.
      if (!/NOGROUP|no such key/.test(String(error))) throw error;
    }
  }

  async *#entriesBehind(lane: LaneName, from: string): AsyncIterable<readonly PlacedMessage[]> {
    let place = parsePlace(from) ?? START;
    for (;;) {
      const { place: next, entry, ids } = await this.of(lane).next(place, MAX_ENTRY_MESSAGES);
      if (formatPlace(next) === formatPlace(place)) return;
      yield (entry?.messages ?? []).map((message, i) => ({
        position: formatPlace({ ...next, id: ids[i] ?? '' }),
        message,
      }));
      place = next;
    }
  }
}
