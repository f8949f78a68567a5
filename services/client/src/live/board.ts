import type { BoardMessage, LaneName, LiveTick } from '@tickwatch/core';
import type { Subscription } from 'centrifuge';
import { type BoardBatch, batchesOf, batchOf, RecentBatches } from './board-batch.ts';
import type { BoardListener, TickListener } from './live-feed.ts';
import { OpenChannel } from './open-channel.ts';
import type { TickChannel } from './tick-channel.ts';

export interface BoardOptions extends Pick<BoardListener, 'onBatch' | 'onBreak'> {
  /** It is open or not. */
  onChange(): void;
  /** The server has no board: all ticks of its exchange. */
  all(listener: TickListener): TickChannel;
}

/** The board of an exchange: its newest prices, and the last batches for whoever joins them to history. */
export class Board implements TickListener {
  readonly #options: BoardOptions;
  readonly #channel: OpenChannel;
  readonly #recent = new Map<LaneName, RecentBatches>();
  /** In place of the board that the server does not have. */
  #all: TickChannel | undefined;

  constructor(subscription: Subscription, options: BoardOptions) {
    this.#options = options;
    this.#channel = new OpenChannel(subscription, {
      onData: (data) => this.#take(batchOf(data as BoardMessage)),
      onBreak: () => this.onBreak(),
      onChange: () => {
        if (this.isRefused) this.#all ??= options.all(this);
        options.onChange();
      },
    });
  }

  get isOpen(): boolean {
    return (this.#all ?? this.#channel).isOpen;
  }

  get isRefused(): boolean {
    return this.#channel.isRefused;
  }

  *recent(): Iterable<BoardBatch> {
    for (const { batches } of this.#recent.values()) yield* batches;
  }

  onTicks(lane: LaneName, ticks: readonly LiveTick[]): void {
    for (const batch of batchesOf(lane, ticks)) this.#take(batch);
  }

  onBreak(): void {
    this.#recent.clear();
    this.#options.onBreak();
  }

  #take(batch: BoardBatch): void {
    const known = this.#recent.get(batch.lane) ?? new RecentBatches();
    this.#recent.set(batch.lane, known);
    const came = known.add(batch);
    if (came === 'repeated') return;
    if (came === 'restarted') this.#options.onBreak();
    this.#options.onBatch(batch);
  }
}
