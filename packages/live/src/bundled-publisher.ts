import { setTimeout as delay, setImmediate as endOfTurn } from 'node:timers/promises';
import { backoffMs, encodeLiveMessage, nowMicros, type SequencedTick } from '@tickwatch/core';
import type { LiveEvent, LivePublisher, LiveState, LiveStatus } from './live-publisher.ts';
import type { LiveSender, Outcome, Publication } from './live-sender.ts';
import { type LaneLimits, type Losses, TickLane } from './tick-lane.ts';

export interface BundleOptions extends Partial<LaneLimits> {
  readonly onEvent?: ((event: LiveEvent) => void) | undefined;
  /** Why the server counts as down until it has answered once; it is asked at once. Left out: it is up. */
  readonly unproven?: string;
}

/** About 2 MB: what one request carries when a backlog drains. */
const MAX_PUBLICATIONS = 32;

interface Waiter {
  /** Resolved once this many ticks are sent, replaced or given up. */
  readonly target: number;
  readonly resolve: () => void;
}

/** The {@link LivePublisher} in front of any {@link LiveSender}: bundles, conflates, retries and counts. */
export class BundledPublisher implements LivePublisher {
  readonly #sender: LiveSender;
  readonly #onEvent: (event: LiveEvent) => void;
  readonly #limits: LaneLimits;
  readonly #losses: Losses = { conflated: 0, dropped: 0 };
  readonly #lanes = new Map<string, TickLane>();
  /** Exchanges whose last publication the server refused for good, and why. */
  readonly #refused = new Map<string, string>();
  readonly #closing = new AbortController();
  #accepted = 0;
  #sent = 0;
  #inFlight = 0;
  #attempt = 0;
  #outageStart: number | undefined;
  #unproven: boolean;
  #state: LiveState;
  #running: Promise<void> | undefined;
  #waiters: Waiter[] = [];

  constructor(sender: LiveSender, { onEvent, unproven, maxQueued = 20_000, maxStocks = 50_000 }: BundleOptions) {
    this.#sender = sender;
    this.#onEvent = onEvent ?? (() => {});
    this.#limits = { maxQueued, maxStocks };
    this.#unproven = unproven !== undefined;
    const since = nowMicros();
    this.#state = unproven === undefined ? { state: 'up', since } : { state: 'down', since, error: unproven };
    if (this.#unproven) this.#wake();
  }

  publish(exchange: string, ticks: readonly SequencedTick[]): void {
    if (ticks.length === 0) return;
    this.#accepted += ticks.length;
    if (this.#closing.signal.aborted) {
      this.#losses.dropped += ticks.length;
      return;
    }
    let lane = this.#lanes.get(exchange);
    if (lane === undefined) {
      lane = new TickLane(exchange, this.#limits, this.#losses);
      this.#lanes.set(exchange, lane);
    }
    lane.add(ticks);
    this.#wake();
  }

  async drain(timeoutMs: number): Promise<void> {
    if (this.#waiting() === 0) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        reject(new Error(`${this.#waiting()} live ticks still wait after ${timeoutMs} ms`));
      }, timeoutMs);
      const waiter: Waiter = {
        target: this.#accepted,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      this.#waiters.push(waiter);
    });
  }

  status(): LiveStatus {
    const { conflated, dropped } = this.#losses;
    return {
      live: this.#state,
      accepted: this.#accepted,
      sent: this.#sent,
      conflated,
      dropped,
      waiting: this.#waiting(),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#sender[Symbol.asyncDispose]();
    await this.#running;
  }
  #wake(): void {
    this.#running ??= this.#run();
  }

  /** Never rejects, except with what `onEvent` throws. */
  async #run(): Promise<void> {
    // What arrives in one turn of the event loop travels together.
    await endOfTurn();
    while (!this.#closing.signal.aborted && (this.#unproven || this.#queued() > 0)) await this.#sendNext();
    this.#running = undefined;
  }

  async #sendNext(): Promise<void> {
    const batch = this.#take();
    this.#inFlight = count(batch);
    const started = performance.now();
    let outcomes: readonly Outcome[] = [];
    let error: string | undefined;
    try {
      outcomes = await this.#sender.send(batch);
    } catch (cause) {
      error = cause instanceof Error ? cause.message : String(cause);
      outcomes = batch.map(() => ({ ok: false, retry: true, error: error as string }));
    }
    this.#inFlight = 0;
    const sent = this.#settle(batch, outcomes);
    error ??= outcomes.map((outcome) => (!outcome.ok && outcome.retry ? outcome.error : undefined)).find(Boolean);
    if (sent > 0) this.#onEvent({ type: 'sent', ticks: sent, seconds: (performance.now() - started) / 1000 });
    this.#resolveWaiters();
    if (error === undefined) this.#succeeded();
    else await this.#failed(error, count(batch) - sent);
  }

  /** Up to {@link MAX_PUBLICATIONS}, the exchanges in turn, so that a flood on one does not delay another. */
  #take(): Publication[] {
    const batch: Publication[] = [];
    for (let before = -1; batch.length > before; ) {
      before = batch.length;
      for (const lane of this.#lanes.values()) {
        if (lane.size === 0 || batch.length === MAX_PUBLICATIONS) continue;
        const ticks = lane.take();
        batch.push({ exchange: lane.exchange, ticks, data: encodeLiveMessage(ticks) });
      }
    }
    return batch;
  }

  /** Books each publication's outcome. @returns ticks that were sent */
  #settle(batch: readonly Publication[], outcomes: readonly Outcome[]): number {
    const sentBefore = this.#sent;
    const back = new Map<string, SequencedTick[]>();
    batch.forEach(({ exchange, ticks }, index) => {
      const outcome = outcomes[index] ?? { ok: false, retry: true, error: 'no answer' };
      if (outcome.ok) {
        this.#sent += ticks.length;
        this.#refused.delete(exchange);
        // Newer ticks are out: sending the older ones now would break their order.
        this.#losses.dropped += back.get(exchange)?.length ?? 0;
        back.delete(exchange);
      } else if (outcome.retry) {
        back.set(exchange, [...(back.get(exchange) ?? []), ...ticks]);
      } else {
        this.#losses.dropped += ticks.length;
        if (!this.#refused.has(exchange)) this.#report(outcome.error, ticks.length, 1);
        this.#refused.set(exchange, outcome.error);
      }
    });
    for (const [exchange, ticks] of back) this.#lanes.get(exchange)?.putBack(ticks);
    return this.#sent - sentBefore;
  }

  #succeeded(): void {
    this.#attempt = 0;
    this.#unproven = false;
    const [refused] = this.#refused.values();
    if (refused !== undefined) this.#fall(refused);
    else this.#rise();
  }

  async #failed(error: string, ticks: number): Promise<void> {
    this.#fall(error);
    if (this.#closing.signal.aborted) return;
    this.#attempt++;
    for (const lane of this.#lanes.values()) lane.conflate();
    this.#report(error, ticks, this.#attempt);
    await delay(backoffMs(this.#attempt - 1), undefined, { signal: this.#closing.signal }).catch(() => {});
  }

  #report(error: string, ticks: number, attempt: number): void {
    this.#outageStart ??= performance.now();
    this.#onEvent({ type: 'failed', ticks, error, attempt });
  }

  #fall(error: string): void {
    this.#state = { state: 'down', since: this.#state.state === 'down' ? this.#state.since : nowMicros(), error };
  }

  #rise(): void {
    if (this.#state.state === 'up') return;
    this.#state = { state: 'up', since: nowMicros() };
    if (this.#outageStart === undefined) return;
    this.#onEvent({ type: 'recovered', seconds: (performance.now() - this.#outageStart) / 1000 });
    this.#outageStart = undefined;
  }

  #resolveWaiters(): void {
    if (this.#waiters.length === 0) return;
    const settled = this.#sent + this.#losses.conflated + this.#losses.dropped;
    const done = this.#waiters.filter((waiter) => waiter.target <= settled);
    this.#waiters = this.#waiters.filter((waiter) => waiter.target > settled);
    for (const waiter of done) waiter.resolve();
  }

  #queued(): number {
    let queued = 0;
    for (const lane of this.#lanes.values()) queued += lane.size;
    return queued;
  }

  #waiting(): number {
    return this.#queued() + this.#inFlight;
  }
}

function count(batch: readonly Publication[]): number {
  return batch.reduce((sum, { ticks }) => sum + ticks.length, 0);
}
