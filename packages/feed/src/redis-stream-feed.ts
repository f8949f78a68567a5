import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs, streamKey } from '@tickwatch/core';
import { describeError } from './describe-error.ts';
import type { StreamFeedConfig } from './feed-config.ts';
import type { OnFeedEvent } from './feed-event.ts';
import { RedisConnection } from './redis-connection.ts';
import { findResumePlace, type PlacedMessage } from './resume-place.ts';
import { StreamCursor } from './stream-cursor.ts';
import { compareStreamIds, isStreamId, STREAM_START, streamIdAfter } from './stream-id.ts';
import {
  pageSize,
  parseEntries,
  parseStreamInfo,
  parseStreams,
  type StreamInfo,
  toStreamBatch,
} from './stream-reply.ts';
import {
  type FeedBatch,
  type FeedStatus,
  FeedUnavailableError,
  MAX_BATCH_MESSAGES,
  type ResumePoint,
  type TickFeed,
} from './tick-feed.ts';

/** How long Redis holds a read while nothing comes; a read that is given up is over after this at the latest. */
const BLOCK_MS = 500;
/** Another subscriber's place is looked for from this long before its last message. */
const SEARCH_BACK_MICROS = 60_000_000;

/**
 * Reads Redis Streams, which keep messages while nobody reads: the stream itself is the log, the entry's id the
 * position. Entries leave a stream only when they are committed, by XTRIM up to the committed id.
 */
export class RedisStreamFeed implements TickFeed {
  readonly kind = 'stream';
  readonly durability = 'log';
  readonly #config: StreamFeedConfig;
  readonly #onEvent: OnFeedEvent;
  /** Waits in XREAD; anything else would wait behind it. */
  readonly #reader: RedisConnection;
  readonly #commands: RedisConnection;
  readonly #cursors: ReadonlyMap<string, StreamCursor>;
  #isReading = false;

  constructor(config: StreamFeedConfig, onEvent: OnFeedEvent) {
    this.#config = config;
    this.#onEvent = onEvent;
    this.#reader = new RedisConnection(config.redisUrl, 'tickwatch-feed', onEvent);
    this.#commands = new RedisConnection(config.redisUrl, 'tickwatch-feed-commands', () => {});
    this.#cursors = new Map(
      config.exchanges.map((exchange) => [exchange, new StreamCursor(exchange, streamKey(exchange), onEvent)]),
    );
  }

  async start(): Promise<void> {
    this.#reader.open();
    this.#commands.open();
  }

  async *read(from: readonly ResumePoint[], signal: AbortSignal): AsyncIterable<FeedBatch> {
    if (this.#isReading) throw new Error('the feed is being read already; one reader at a time');
    this.#isReading = true;
    try {
      await this.#retrying(signal, () => this.#placeCursors(from));
      while (!signal.aborted) {
        for (const batch of (await this.#retrying(signal, () => this.#next(signal))) ?? []) {
          yield batch;
          if (signal.aborted) return;
        }
      }
    } finally {
      this.#isReading = false;
    }
  }

  async replay(exchange: string, after: string, limit: number): Promise<readonly FeedBatch[]> {
    const batches: FeedBatch[] = [];
    let position = isStreamId(after) ? after : STREAM_START;
    let left = limit;
    while (left > 0) {
      const batch = await this.#range(exchange, position, left);
      if (batch === undefined) break;
      batches.push(batch);
      position = batch.position;
      left -= batch.messages.length;
    }
    return batches;
  }

  isKept(_exchange: string, position: string): boolean {
    return isStreamId(position);
  }

  async committed(points: readonly ResumePoint[]): Promise<void> {
    for (const point of points) {
      const cursor = this.#cursors.get(point.exchange);
      if (cursor === undefined || point.logId !== cursor.key || !isStreamId(point.position)) continue;
      await this.#inspect(cursor);
      if (cursor.length <= this.#config.maxStreamLength) continue;
      // MINID removes what is older than the committed entry, so nothing that is not stored yet can go.
      await this.#run('XTRIM', cursor.key, 'MINID', '~', point.position, 'LIMIT', '0');
    }
  }

  logId(exchange: string): string {
    return streamKey(exchange);
  }

  status(): FeedStatus {
    const cursors = [...this.#cursors.values()];
    return {
      connection: this.#reader.state,
      log: {
        messages: cursors.reduce((sum, cursor) => sum + cursor.length, 0),
        bytes: cursors.reduce((sum, cursor) => sum + cursor.bytes, 0),
        maxBytes: undefined,
        problem: undefined,
      },
      overtaken: cursors.reduce((sum, cursor) => sum + cursor.overtaken, 0),
      refused: 0,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#reader[Symbol.asyncDispose](), this.#commands[Symbol.asyncDispose]()]);
  }

  /** Tries until it works. @returns `undefined` when the signal aborts before */
  async #retrying<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (this.#reader.isReady && attempt === 0) this.#reader.commandFailed(error);
        await delay(backoffMs(attempt), undefined, { signal }).catch(() => {});
      }
    }
    return undefined;
  }

  async #placeCursors(from: readonly ResumePoint[]): Promise<void> {
    for (const cursor of this.#cursors.values()) {
      const point = from.find((candidate) => candidate.exchange === cursor.exchange);
      cursor.begin(await this.#placeOf(cursor, point));
      const info = await this.#inspect(cursor);
      cursor.replayEnd = info?.lastId ?? STREAM_START;
    }
  }

  async #placeOf({ exchange, key }: StreamCursor, point: ResumePoint | undefined): Promise<string> {
    if (point === undefined || point.receivedAt === 0) return STREAM_START;
    if (point.logId === key && isStreamId(point.position)) return point.position;
    const place = await findResumePlace(point, this.#entriesAround(exchange, point));
    const position = place.after ?? streamIdAfter(point.receivedAt);
    const type = place.by === 'fingerprint' ? 'resume_by_fingerprint' : 'resume_by_time';
    this.#onEvent({ type, exchange, position });
    return position;
  }

  async *#entriesAround(exchange: string, point: ResumePoint): AsyncIterable<readonly PlacedMessage<string>[]> {
    const start = (point.receivedAt - SEARCH_BACK_MICROS) as ResumePoint['receivedAt'];
    let position = streamIdAfter(start);
    for (;;) {
      const entries = parseEntries(
        await this.#run('XRANGE', streamKey(exchange), `(${position}`, '+', 'COUNT', pageSize(MAX_BATCH_MESSAGES)),
      );
      if (entries.length === 0) return;
      const placed = entries.flatMap((entry) => {
        const { messages, position: id } = toStreamBatch(exchange, [entry], true);
        return messages.map((message) => ({ position: id, message }));
      });
      yield placed;
      position = placed.at(-1)?.position ?? position;
    }
  }

  /** What came after the cursors, waiting a while for it. */
  async #next(signal: AbortSignal): Promise<readonly FeedBatch[]> {
    const cursors = [...this.#cursors.values()];
    const keys = cursors.map((cursor) => cursor.key);
    const ids = cursors.map((cursor) => cursor.id);
    const count = String(MAX_BATCH_MESSAGES);
    const command = ['XREAD', 'COUNT', count, 'BLOCK', String(BLOCK_MS), 'STREAMS', ...keys, ...ids];
    const reply = await unlessAborted(this.#reader.client.sendCommand(command), signal);
    const streams = parseStreams(reply);
    return cursors.flatMap((cursor) => {
      const entries = streams.get(cursor.key) ?? [];
      if (entries.length === 0) return [];
      const batch = toStreamBatch(cursor.exchange, entries, false);
      cursor.advance(batch.position, entries.length);
      return [{ ...batch, replayed: compareStreamIds(batch.position, cursor.replayEnd) <= 0 }];
    });
  }

  async #range(exchange: string, after: string, limit: number): Promise<FeedBatch | undefined> {
    const reply = await this.#run('XRANGE', streamKey(exchange), `(${after}`, '+', 'COUNT', pageSize(limit));
    const entries = parseEntries(reply);
    return entries.length === 0 ? undefined : toStreamBatch(exchange, entries, true);
  }

  async #inspect(cursor: StreamCursor): Promise<StreamInfo | undefined> {
    if (Number(await this.#run('EXISTS', cursor.key)) === 0) return undefined;
    const info = parseStreamInfo(await this.#run('XINFO', 'STREAM', cursor.key));
    cursor.inspect(info);
    cursor.bytes = Number(await this.#run('MEMORY', 'USAGE', cursor.key));
    return info;
  }

  async #run(...command: string[]): Promise<unknown> {
    try {
      return await this.#commands.client.sendCommand(command);
    } catch (error) {
      throw new FeedUnavailableError(`${this.#commands.label}: ${describeError(error)}`, { cause: error });
    }
  }
}

/** Stops waiting when the signal aborts; the answer is then of no use to anyone and is dropped. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  let onAbort: () => void = () => {};
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    promise.catch(() => {});
  }
}
