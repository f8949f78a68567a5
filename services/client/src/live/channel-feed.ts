import { signal } from '@preact/signals';
import { exchangeOf, type LaneName, type LiveMessage, type LiveTick, laneName } from '@tickwatch/core';
import { Centrifuge, type Subscription } from 'centrifuge';
import type { LiveFeed, LiveListener, LiveState } from './live-feed.ts';
import { RecentTicks } from './seam.ts';

/** The live channels of all exchanges over one WebSocket, and their last ticks for whoever joins them to history. */
export class ChannelFeed implements LiveFeed {
  readonly state = signal<LiveState>({ state: 'connecting', since: performance.now() });
  readonly #centrifuge: Centrifuge;
  readonly #recent = new Map<LaneName, RecentTicks>();
  readonly #listeners = new Set<LiveListener>();
  readonly #watched = new Set<string>();
  readonly #subscribed = new Set<string>();
  readonly #waiters = new Set<() => void>();
  #received = 0;

  constructor(url: string) {
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
  }

  get received(): number {
    return this.#received;
  }

  watch(exchanges: readonly string[]): void {
    for (const exchange of exchanges) if (!this.#watched.has(exchange)) this.#subscribe(exchange);
    this.#centrifuge.connect();
  }

  /** A channel of something else than ticks, over the same connection; to be asked for once. */
  channel(name: string): Subscription {
    return this.#centrifuge.newSubscription(name);
  }

  async ready(timeoutMs = 3000): Promise<void> {
    if (this.#isReady()) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#waiters.add(done);
    });
  }

  listen(listener: LiveListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  *recent(): Iterable<readonly [LaneName, readonly LiveTick[]]> {
    for (const [lane, recent] of this.#recent) yield [lane, recent.ticks];
  }

  #isReady(): boolean {
    return this.#watched.size > 0 && this.#subscribed.size === this.#watched.size;
  }

  #subscribe(exchange: string): void {
    this.#watched.add(exchange);
    const subscription: Subscription = this.#centrifuge.newSubscription(exchange);
    subscription.on('publication', ({ data }) => this.#take(exchange, data as LiveMessage));
    subscription.on('subscribing', () => this.#subscribed.delete(exchange));
    subscription.on('subscribed', ({ wasRecovering, recovered }) => {
      this.#subscribed.add(exchange);
      if (this.#isReady()) for (const done of [...this.#waiters]) done();
      if (wasRecovering && recovered) return;
      for (const lane of [...this.#recent.keys()]) if (exchangeOf(lane) === exchange) this.#recent.delete(lane);
      for (const listener of this.#listeners) listener.onBreak();
    });
    subscription.subscribe();
  }

  #take(exchange: string, message: LiveMessage): void {
    const lane = message.lane ?? laneName(exchange, 0);
    const { fresh, restarted } = this.#recentOf(lane).add(inOrder(message.ticks));
    if (fresh.length === 0) return;
    this.#received += fresh.length;
    for (const listener of this.#listeners) {
      if (restarted) listener.onBreak();
      listener.onTicks(lane, fresh);
    }
  }

  #recentOf(lane: LaneName): RecentTicks {
    const recent = this.#recent.get(lane) ?? new RecentTicks();
    this.#recent.set(lane, recent);
    return recent;
  }
}

function inOrder(ticks: readonly LiveTick[]): readonly LiveTick[] {
  for (let i = 1; i < ticks.length; i++) {
    if ((ticks[i - 1]?.seq ?? 0) > (ticks[i]?.seq ?? 0)) return ticks.toSorted((a, b) => a.seq - b.seq);
  }
  return ticks;
}
