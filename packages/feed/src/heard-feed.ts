import { setImmediate } from 'node:timers/promises';
import type { OnFeedEvent } from './feed-event.ts';
import { entryAfter, lastPosition, parsePosition, toBatch } from './log-entry.ts';
import type { MessageLog } from './message-log.ts';
import { findResumePlace, type PlacedMessage } from './resume-place.ts';
import type { FeedBatch, FeedConnection, FeedMessage, FeedStatus, ResumePoint, TickFeed } from './tick-feed.ts';
import { WakeUp } from './wake-up.ts';

/** Tells messages as they arrive and forgets them; it never fails, it reconnects. */
export interface MessageSource extends AsyncDisposable {
  readonly connection: FeedConnection;
  start(onMessages: (exchange: string, messages: readonly FeedMessage[]) => void): void;
}

export interface HeardFeedOptions {
  /** How long a standby keeps what another subscriber has committed already, in ms. */
  readonly standbyWindowMs: number;
}

/** A feed whose source forgets: what is heard goes into a log of its own, and is read from there. */
export class HeardFeed implements TickFeed {
  readonly kind: 'pubsub' | 'in-process';
  readonly #source: MessageSource;
  readonly #log: MessageLog;
  readonly #options: HeardFeedOptions;
  readonly #onEvent: OnFeedEvent;
  #isReading = false;

  protected constructor(
    kind: 'pubsub' | 'in-process',
    source: MessageSource,
    log: MessageLog,
    options: HeardFeedOptions,
    onEvent: OnFeedEvent,
  ) {
    this.kind = kind;
    this.#source = source;
    this.#log = log;
    this.#options = options;
    this.#onEvent = onEvent;
  }

  get durability(): 'spool' | 'memory' {
    return this.#log.durability;
  }

  async start(): Promise<void> {
    this.#source.start((exchange, messages) => this.#log.append(exchange, messages));
  }

  async *read(from: readonly ResumePoint[], signal: AbortSignal): AsyncIterable<FeedBatch> {
    if (this.#isReading) throw new Error('the feed is being read already; one reader at a time');
    this.#isReading = true;
    try {
      const cursors = new Map<string, number>();
      for (const exchange of this.#log.exchanges) {
        const point = from.find((candidate) => candidate.exchange === exchange);
        cursors.set(exchange, await this.#placeOf(exchange, point));
      }
      yield* this.#readAfter(cursors, signal);
    } finally {
      this.#isReading = false;
      this.#log.detachReader();
    }
  }

  async replay(exchange: string, after: string, limit: number): Promise<readonly FeedBatch[]> {
    let position = parsePosition(after) ?? 0;
    let left = limit;
    const batches: FeedBatch[] = [];
    while (left > 0) {
      const entry = this.#log.after(exchange, position, left);
      if (entry === undefined) break;
      batches.push(toBatch(entry, true));
      position = lastPosition(entry);
      left -= entry.messages.length;
    }
    return batches;
  }

  isKept(exchange: string, position: string): boolean {
    const parsed = parsePosition(position);
    return parsed !== undefined && this.#log.isKept(exchange, parsed);
  }

  /**
   * Also for a standby: points of another subscriber's log tell it what it need not keep any longer, which is what
   * was received more than the standby window before them.
   */
  async committed(points: readonly ResumePoint[]): Promise<void> {
    for (const point of points) {
      if (!this.#log.exchanges.includes(point.exchange)) continue;
      const position = parsePosition(point.position);
      if (point.logId === this.#log.id && position !== undefined) await this.#log.trim(point.exchange, position);
      else if (!this.#isReading) await this.#trimBefore(point.exchange, point.receivedAt);
    }
  }

  logId(): string {
    return this.#log.id;
  }

  status(): FeedStatus {
    return {
      connection: this.#source.connection,
      log: { ...this.#log.totals, problem: this.#log.problem },
      overtaken: 0,
      refused: this.#log.refused,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#source[Symbol.asyncDispose]();
    await this.#log.close();
  }

  async *#readAfter(cursors: Map<string, number>, signal: AbortSignal): AsyncIterable<FeedBatch> {
    const news = new WakeUp(signal);
    try {
      this.#log.attachReader(cursors, () => news.notify());
      const replayEnds = new Map(this.#log.exchanges.map((exchange) => [exchange, this.#log.end(exchange)]));
      while (!signal.aborted) {
        let isIdle = true;
        for (const [exchange, cursor] of cursors) {
          const batch = this.#nextBatch(exchange, cursor, replayEnds.get(exchange) ?? 0);
          if (batch === undefined) continue;
          isIdle = false;
          cursors.set(exchange, Number(batch.position));
          yield batch;
          if (signal.aborted) return;
        }
        if (isIdle) await news.wait();
      }
    } finally {
      news[Symbol.dispose]();
    }
  }

  #nextBatch(exchange: string, cursor: number, replayEnd: number): FeedBatch | undefined {
    const entry = this.#log.after(exchange, cursor);
    if (entry === undefined) return undefined;
    // What was stored together may lie on both sides of the moment when reading began.
    const held = replayEnd - entry.first + 1;
    const part = held > 0 ? entryAfter(entry, cursor, held) : entry;
    this.#log.markRead(exchange, lastPosition(part));
    return toBatch(part, held > 0);
  }

  async #placeOf(exchange: string, point: ResumePoint | undefined): Promise<number> {
    if (point === undefined || point.receivedAt === 0) return 0;
    const own = point.logId === this.#log.id ? parsePosition(point.position) : undefined;
    if (own !== undefined && own <= this.#log.end(exchange)) return own;
    const place = await findResumePlace(point, this.#everything(exchange));
    const after = place.after ?? 0;
    const type = place.by === 'fingerprint' ? 'resume_by_fingerprint' : 'resume_by_time';
    this.#onEvent({ type, exchange, position: String(after) });
    return after;
  }

  async *#everything(exchange: string): AsyncIterable<readonly PlacedMessage<number>[]> {
    let cursor = 0;
    for (;;) {
      const entry = this.#log.after(exchange, cursor);
      if (entry === undefined) return;
      yield entry.messages.map((message, i) => ({ position: entry.first + i, message }));
      cursor = lastPosition(entry);
      await setImmediate();
    }
  }

  async #trimBefore(exchange: string, receivedAt: number): Promise<void> {
    const limit = receivedAt - this.#options.standbyWindowMs * 1000;
    let upTo = 0;
    for (;;) {
      const entry = this.#log.after(exchange, upTo);
      const last = entry?.messages.at(-1);
      if (entry === undefined || last === undefined || last.receivedAt > limit) break;
      upTo = lastPosition(entry);
      await setImmediate();
    }
    if (upTo > 0) await this.#log.trim(exchange, upTo);
  }
}
