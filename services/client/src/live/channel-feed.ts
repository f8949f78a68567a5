import { signal } from '@preact/signals';
import { boardChannel, type LaneName, type LiveTick } from '@tickwatch/core';
import { Centrifuge, type Subscription } from 'centrifuge';
import { Board } from './board.ts';
import type { BoardBatch } from './board-batch.ts';
import { type LaneBook, laneBook } from './lane-book.ts';
import type { BoardListener, Followed, LiveFeed, LiveState, TickListener } from './live-feed.ts';
import { TickChannel } from './tick-channel.ts';

interface Follower {
  readonly stock: string;
  readonly exchange: string | undefined;
  /** Where it is known to be traded. */
  readonly exchanges: readonly string[];
  readonly listener: TickListener;
  channels: ReadonlySet<TickChannel>;
}

/** The live channels over one WebSocket: the boards of all exchanges, and all ticks where a stock is followed. */
export class ChannelFeed implements LiveFeed {
  readonly state = signal<LiveState>({ state: 'connecting', since: performance.now() });
  readonly #centrifuge: Centrifuge;
  readonly #book: LaneBook;
  readonly #boards = new Map<string, Board>();
  readonly #ticks = new Map<string, TickChannel>();
  readonly #listeners = new Set<BoardListener>();
  readonly #followers = new Set<Follower>();
  readonly #waiters = new Set<() => void>();
  #received = 0;

  constructor(url: string, book = laneBook) {
    this.#book = book;
    // However long it was away, a page looks for the server often enough to have prices again within three seconds.
    this.#centrifuge = new Centrifuge(url, { minReconnectDelay: 200, maxReconnectDelay: 1500 });
    this.#centrifuge.on('connected', () => {
      this.state.value = { state: 'live', since: performance.now() };
    });
    this.#centrifuge.on('connecting', ({ reason, code }) => {
      const since = this.state.value.state === 'reconnecting' ? this.state.value.since : performance.now();
      this.state.value = code === 0 ? { state: 'connecting', since } : { state: 'reconnecting', since, reason };
    });
    this.#centrifuge.on('disconnected', ({ reason }) => {
      this.state.value = { state: 'reconnecting', since: performance.now(), reason };
      // The server ended the session for good; a page that stays open should still come back when it can.
      setTimeout(() => this.#centrifuge.connect(), 5000);
    });
    book.onNews = (stock) => {
      for (const follower of this.#followers) if (stock === undefined || stock === follower.stock) this.#look(follower);
    };
  }

  get received(): number {
    return this.#received;
  }

  watch(exchanges: readonly string[]): void {
    for (const exchange of exchanges) if (!this.#boards.has(exchange)) this.#open(exchange);
    this.#centrifuge.connect();
  }

  /** A channel of something else than ticks, over the same connection; to be asked for once. */
  channel(name: string): Subscription {
    return this.#centrifuge.newSubscription(name);
  }

  ready(timeoutMs = 3000): Promise<void> {
    return this.#until(() => this.#boardsAreOpen(), timeoutMs);
  }

  board(listener: BoardListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  *recentBoard(): Iterable<BoardBatch> {
    for (const board of this.#boards.values()) yield* board.recent();
  }

  follow(
    { stock, exchange }: Pick<Follower, 'stock' | 'exchange'>,
    exchanges: readonly string[],
    listener: TickListener,
  ): Followed {
    const follower: Follower = { stock, exchange, exchanges, listener, channels: new Set() };
    this.watch(exchanges);
    this.#look(follower);
    this.#followers.add(follower);
    const isReady = (): boolean => this.#boardsAreOpen() && [...follower.channels].every(({ isOpen }) => isOpen);
    return {
      ready: (timeoutMs = 3000) => this.#until(isReady, timeoutMs),
      recent: () => recentOf(follower.channels),
      end: () => {
        this.#followers.delete(follower);
        this.#join(follower, new Set());
      },
    };
  }

  #boardsAreOpen(): boolean {
    const boards = [...this.#boards.values()];
    return boards.length > 0 && boards.every(({ isOpen }) => isOpen);
  }

  async #until(isReady: () => boolean, timeoutMs: number): Promise<void> {
    if (isReady()) return;
    await new Promise<void>((resolve) => {
      const look = (isLate?: boolean): void => {
        if (!isLate && !isReady()) return;
        clearTimeout(timer);
        this.#waiters.delete(look);
        resolve();
      };
      const timer = setTimeout(() => look(true), timeoutMs);
      this.#waiters.add(look);
    });
  }

  #open(exchange: string): void {
    const board = new Board(this.#centrifuge.newSubscription(boardChannel(exchange)), {
      all: (listener) => {
        const channel = this.#ticksOf(exchange, exchange);
        channel.listeners.add(listener);
        return channel;
      },
      onBatch: (batch) => this.#take(batch),
      onBreak: () => {
        for (const listener of this.#listeners) listener.onBreak();
      },
      onChange: () => this.#changed(board.isRefused),
    });
    this.#boards.set(exchange, board);
  }

  #take(batch: BoardBatch): void {
    this.#received += batch.seq - batch.after;
    this.#book.noteLanes([batch.lane]);
    for (const { stock } of batch.ticks) this.#book.noteStock(stock, batch.lane);
    for (const listener of this.#listeners) listener.onBatch(batch);
  }

  /** @param isRefused a channel is to be done without */
  #changed(isRefused: boolean): void {
    if (isRefused) for (const follower of this.#followers) this.#look(follower);
    for (const look of [...this.#waiters]) look();
  }

  /** Listens where a stock's ticks come, as far as it is known. */
  #look(follower: Follower): void {
    const { stock, exchange, exchanges } = follower;
    const channels = new Set<TickChannel>();
    for (const place of exchange === undefined ? this.#boards.keys() : [exchange]) {
      // Without a board nobody tells where a stock is.
      const isAnywhere = this.#boards.get(place)?.isRefused === true;
      const name = isAnywhere ? place : this.#book.channelOf(stock, place, exchanges.includes(place));
      if (name === undefined) continue;
      const channel = this.#ticksOf(name, place);
      channels.add(channel.isRefused ? this.#ticksOf(place, place) : channel);
    }
    this.#join(follower, channels);
  }

  #join(follower: Follower, channels: ReadonlySet<TickChannel>): void {
    const { listener, channels: before } = follower;
    follower.channels = channels;
    for (const channel of channels) {
      if (before.has(channel)) continue;
      channel.listeners.add(listener);
      // One that is not open yet tells when it is.
      if (channel.isOpen && this.#followers.has(follower)) listener.onBreak();
    }
    for (const channel of before) {
      if (channels.has(channel)) continue;
      channel.listeners.delete(listener);
      if (channel.listeners.size === 0) this.#close(channel);
    }
  }

  #ticksOf(name: string, exchange: string): TickChannel {
    let channel = this.#ticks.get(name);
    if (channel === undefined) {
      const subscription = this.#centrifuge.newSubscription(name);
      channel = new TickChannel(subscription, exchange, () => this.#changed(opened.isRefused));
      const opened = channel;
      this.#ticks.set(name, channel);
    }
    return channel;
  }

  #close({ subscription, isRefused }: TickChannel): void {
    // Kept: nobody asks again for what is refused.
    if (isRefused) return;
    this.#ticks.delete(subscription.channel);
    subscription.removeAllListeners();
    this.#centrifuge.removeSubscription(subscription);
  }
}

function* recentOf(channels: Iterable<TickChannel>): Iterable<readonly [LaneName, readonly LiveTick[]]> {
  for (const channel of channels) yield* channel.recent();
}
