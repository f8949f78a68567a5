import { type LaneName, type LiveMessage, type LiveTick, laneName } from '@tickwatch/core';
import type { Subscription } from 'centrifuge';
import type { TickListener } from './live-feed.ts';
import { OpenChannel } from './open-channel.ts';
import { RecentTicks } from './seam.ts';

/** A channel of all ticks of an exchange, or of one of its lanes, and its last ticks for whoever joins them to history. */
export class TickChannel {
  readonly subscription: Subscription;
  readonly listeners = new Set<TickListener>();
  readonly #channel: OpenChannel;
  readonly #exchange: string;
  readonly #recent = new Map<LaneName, RecentTicks>();

  constructor(subscription: Subscription, exchange: string, onChange: () => void) {
    this.subscription = subscription;
    this.#exchange = exchange;
    this.#channel = new OpenChannel(subscription, {
      onData: (data) => this.#take(data as LiveMessage),
      onBreak: () => {
        this.#recent.clear();
        for (const listener of this.listeners) listener.onBreak();
      },
      onChange,
    });
  }

  get isOpen(): boolean {
    return this.#channel.isOpen;
  }

  get isRefused(): boolean {
    return this.#channel.isRefused;
  }

  *recent(): Iterable<readonly [LaneName, readonly LiveTick[]]> {
    for (const [lane, recent] of this.#recent) yield [lane, recent.ticks];
  }

  #take(message: LiveMessage): void {
    const lane = message.lane ?? laneName(this.#exchange, 0);
    const known = this.#recent.get(lane) ?? new RecentTicks();
    this.#recent.set(lane, known);
    const { fresh, restarted } = known.add(inOrder(message.ticks));
    if (fresh.length === 0) return;
    for (const listener of this.listeners) {
      if (restarted) listener.onBreak();
      listener.onTicks(lane, fresh);
    }
  }
}

function inOrder(ticks: readonly LiveTick[]): readonly LiveTick[] {
  for (let i = 1; i < ticks.length; i++) {
    if ((ticks[i - 1]?.seq ?? 0) > (ticks[i]?.seq ?? 0)) return ticks.toSorted((a, b) => a.seq - b.seq);
  }
  return ticks;
}
