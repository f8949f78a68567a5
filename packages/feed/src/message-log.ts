import { nowMicros } from '@tickwatch/core';
import { describeError } from './describe-error.ts';
import { ExchangeTail, type TailEntry } from './exchange-tail.ts';
import type { OnFeedEvent } from './feed-event.ts';
import { entryAfter, type LogEntry, lastPosition } from './log-entry.ts';
import type { LogStore } from './log-store.ts';
import { type FeedMessage, MAX_BATCH_MESSAGES } from './tick-feed.ts';

export interface MessageLogOptions {
  /** Entries that come within this many ms are stored together. */
  readonly groupCommitMs: number;
  /** What the store may hold, in bytes. */
  readonly maxBytes: number;
  /** What may wait in memory for the store, and again for a reader alone, in bytes (payload and objects). */
  readonly maxTailBytes: number;
}

/** While the store takes nothing it is tried again this often, and when something was trimmed. */
const RETRY_MS = 1000;
/** A message that follows none closely waits so long for its commit: its way to the viewers goes first. */
const LONE_COMMIT_MS = 2;

/**
 * A durable log of what was heard, with its newest end in memory: a reader gets a message at once, the store gets
 * it with the next group commit. Positions are integers that only grow: they begin at the clock's microseconds, so
 * that after a crash no position is given out twice, also when the last ones never reached the disk.
 */
export class MessageLog {
  readonly #store: LogStore;
  readonly #options: MessageLogOptions;
  readonly #onEvent: OnFeedEvent;
  readonly #tails = new Map<string, ExchangeTail>();
  #wake: () => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #lastFlush = Number.NEGATIVE_INFINITY;
  #flushing: Promise<void> | undefined;
  #problem: string | undefined;
  #refused = 0;

  constructor(exchanges: readonly string[], store: LogStore, options: MessageLogOptions, onEvent: OnFeedEvent) {
    this.#store = store;
    this.#options = options;
    this.#onEvent = onEvent;
    for (const exchange of exchanges) {
      this.#tails.set(exchange, new ExchangeTail(Math.max(store.highest(exchange) + 1, nowMicros())));
    }
  }

  get id(): string {
    return this.#store.id;
  }

  get durability(): 'spool' | 'memory' {
    return this.#store.durability;
  }

  /** Why the store takes nothing more for now. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Messages that neither store nor reader could take. */
  get refused(): number {
    return this.#refused;
  }

  get totals(): { readonly messages: number; readonly bytes: number; readonly maxBytes: number } {
    return { ...this.#store.totals, maxBytes: this.#options.maxBytes };
  }

  get exchanges(): readonly string[] {
    return [...this.#tails.keys()];
  }

  /** The position of the newest message (before the first one of this run: no message's position). */
  end(exchange: string): number {
    return this.#tail(exchange).next - 1;
  }

  /** Takes messages that arrived together, in order. Returns at once. */
  append(exchange: string, messages: readonly FeedMessage[]): void {
    const tail = this.#tails.get(exchange);
    if (tail === undefined || messages.length === 0) return;
    for (let i = 0; i < messages.length; i += MAX_BATCH_MESSAGES) {
      const part = messages.length > MAX_BATCH_MESSAGES ? messages.slice(i, i + MAX_BATCH_MESSAGES) : messages;
      this.#take(tail, tail.entry(exchange, part));
    }
    this.#schedule(this.#problem === undefined ? this.#untilCommit() : RETRY_MS);
    this.#wake();
  }

  /** The next messages after a position, as many as lie together and at most `limit`. */
  after(exchange: string, position: number, limit = MAX_BATCH_MESSAGES): LogEntry | undefined {
    const tail = this.#tail(exchange);
    const waiting = tail.after(position);
    if (waiting !== undefined && waiting.first <= position + 1) return entryAfter(waiting, position, limit);
    if (waiting === undefined && position >= tail.next - 1) return undefined;
    const stored = this.#store.after(exchange, position);
    const next = stored !== undefined && (waiting === undefined || stored.first < waiting.first) ? stored : waiting;
    return next === undefined ? undefined : entryAfter(next, position, limit);
  }

  /** A reader begins after these positions: what it has not seen stays in memory while there is room. */
  attachReader(cursors: ReadonlyMap<string, number>, wake: () => void): void {
    this.#wake = wake;
    for (const [exchange, position] of cursors) this.#tail(exchange).readUpTo = position;
  }

  detachReader(): void {
    this.#wake = () => {};
    for (const tail of this.#tails.values()) {
      tail.readUpTo = undefined;
      tail.dropRead();
    }
  }

  /** The reader has an exchange's messages up to here. */
  markRead(exchange: string, position: number): void {
    const tail = this.#tail(exchange);
    tail.readUpTo = position;
    tail.dropRead();
  }

  /** True when everything up to a position is safe in the store, or was committed. */
  isKept(exchange: string, position: number): boolean {
    return this.#tail(exchange).isKept(position);
  }

  /** Everything up to a position is committed elsewhere: the store may forget it. */
  async trim(exchange: string, upTo: number): Promise<void> {
    const tail = this.#tails.get(exchange);
    if (tail === undefined) return;
    tail.committed(upTo);
    await this.#store.trim(exchange, upTo);
    if (this.#problem !== undefined) {
      this.#unschedule();
      this.#schedule(0);
    }
  }

  /** Stores what still waits; gives up, with the problem in place, when the store does not take it. */
  async close(): Promise<void> {
    this.#unschedule();
    await this.#flushing;
    this.#unschedule();
    await this.#flush();
    await this.#store.close();
  }

  #take(tail: ExchangeTail, entry: TailEntry): void {
    const room = this.#options.maxTailBytes - entry.bytes;
    if (this.#bytes() > room) this.#sweep();
    if (this.#bytes() <= room) {
      tail.push(entry);
    } else if (tail.readUpTo !== undefined && tail.unkeptBytes <= room) {
      tail.pushUnkept(entry);
    } else {
      this.#refused += entry.messages.length;
      this.#onEvent({ type: 'messages_refused', exchange: entry.exchange, count: entry.messages.length });
    }
  }

  #bytes(): number {
    let bytes = 0;
    for (const tail of this.#tails.values()) bytes += tail.bytes;
    return bytes;
  }

  /** Lets go of stored entries; unread ones stay only while there is room, the reader finds them in the store. */
  #sweep(): void {
    for (const tail of this.#tails.values()) tail.dropRead();
    if (this.#bytes() <= this.#options.maxTailBytes / 2) return;
    for (const tail of this.#tails.values()) tail.dropStored();
  }

  #schedule(delayMs: number): void {
    if (this.#timer !== undefined || this.#flushing !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#flushing = this.#flush().finally(() => {
        this.#flushing = undefined;
        if ([...this.#tails.values()].some((tail) => tail.hasPending)) {
          this.#schedule(this.#problem === undefined ? this.#untilCommit() : RETRY_MS);
        }
      });
    }, delayMs);
  }

  #unschedule(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** A lone message is on disk soon, yet behind its way to the viewers; in a flood many share a commit. */
  #untilCommit(): number {
    const sinceLast = performance.now() - this.#lastFlush;
    return Math.max(Math.min(LONE_COMMIT_MS, this.#options.groupCommitMs), this.#options.groupCommitMs - sinceLast);
  }

  async #flush(): Promise<void> {
    this.#lastFlush = performance.now();
    let room = this.#options.maxBytes - this.#store.totals.bytes;
    let isFull = false;
    const entries: TailEntry[] = [];
    const ends = new Map<ExchangeTail, number>();
    for (const tail of this.#tails.values()) {
      for (const entry of tail.pending()) {
        if (entry.payloadBytes > room) {
          isFull = true;
          break;
        }
        room -= entry.payloadBytes;
        entries.push(entry);
        ends.set(tail, lastPosition(entry));
      }
    }
    try {
      if (entries.length > 0) await this.#store.append(entries);
    } catch (error) {
      this.#setProblem(`the log can't be written: ${describeError(error)}`);
      return;
    }
    for (const [tail, position] of ends) tail.stored(position);
    this.#sweep();
    this.#setProblem(isFull ? `the log is full: it may hold ${this.#options.maxBytes} bytes` : undefined);
  }

  #setProblem(problem: string | undefined): void {
    const before = this.#problem;
    this.#problem = problem;
    if (problem === undefined && before !== undefined) this.#onEvent({ type: 'spool_recovered' });
    if (problem !== undefined && before === undefined) this.#onEvent({ type: 'spool_problem', problem });
  }

  #tail(exchange: string): ExchangeTail {
    const tail = this.#tails.get(exchange);
    if (tail === undefined) throw new Error(`the feed does not listen to exchange ${JSON.stringify(exchange)}`);
    return tail;
  }
}
