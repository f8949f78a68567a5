import { setTimeout as delay, setImmediate as endOfTurn } from 'node:timers/promises';
import { backoffMs, type LaneCounts, type LaneName, nowMicros, type SequencedTick } from '@tickwatch/core';
import { DrainWaiters } from './drain-waiters.ts';
import type { LiveEvent, LivePublisher, LiveState, LiveStatus } from './live-publisher.ts';
import type { LiveSender, Outcome, Publication } from './live-sender.ts';
import type { QueueLimits } from './publish-queue.ts';
import { PublishQueues } from './publish-queues.ts';

export interface BundleOptions extends Partial<QueueLimits> {
  /** How many lanes each exchange has; left out: one. */
  readonly lanes?: LaneCounts | undefined;
  readonly onEvent?: ((event: LiveEvent) => void) | undefined;
  /** Why the server counts as down until it has answered once; it is asked at once. Left out: it is up. */
  readonly unproven?: string;
}

/** About 2 MB: what one request carries when a backlog drains. */
const MAX_PUBLICATIONS = 128;

/** The {@link LivePublisher} in front of any {@link LiveSender}: bundles, conflates, retries and counts. */
export class BundledPublisher implements LivePublisher {
  readonly #sender: LiveSender;
  readonly #onEvent: (event: LiveEvent) => void;
  readonly #queues: PublishQueues;
  /** Channels whose last publication the server refused for good, lanes whose own channel missed it, and why. */
  readonly #refused = new Map<string, string>();
  readonly #waiters = new DrainWaiters();
  readonly #closing = new AbortController();
  #accepted = 0;
  #sent = 0;
  #inFlight = 0;
  #attempt = 0;
  #outageStart: number | undefined;
  #unproven: boolean;
  #state: LiveState;
  #running: Promise<void> | undefined;

  constructor(sender: LiveSender, options: BundleOptions) {
    const { onEvent, unproven, maxQueued = 40_000, maxStocks = 100_000, lanes = new Map() } = options;
    this.#sender = sender;
    this.#onEvent = onEvent ?? (() => {});
    this.#queues = new PublishQueues({ maxQueued, maxStocks }, lanes);
    this.#unproven = unproven !== undefined;
    const since = nowMicros();
    this.#state = unproven === undefined ? { state: 'up', since } : { state: 'down', since, error: unproven };
    if (this.#unproven) this.#wake();
  }

  publish(lane: LaneName, ticks: readonly SequencedTick[]): void {
    if (ticks.length === 0) return;
    this.#accepted += ticks.length;
    if (this.#closing.signal.aborted) {
      this.#queues.totals.dropped += ticks.length;
      return;
    }
    this.#queues.add(lane, ticks);
    this.#wake();
  }

  async drain(timeoutMs: number): Promise<void> {
    if (this.#waiting() === 0) return;
    const complaint = (): string => `${this.#waiting()} live ticks still wait after ${timeoutMs} ms`;
    await this.#waiters.wait(this.#accepted, timeoutMs, complaint);
  }

  status(): LiveStatus {
    const { conflated, dropped } = this.#queues.totals;
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
    while (!this.#closing.signal.aborted && (this.#unproven || this.#queues.size > 0)) await this.#sendNext();
    this.#running = undefined;
  }

  async #sendNext(): Promise<void> {
    const batch = this.#queues.take(MAX_PUBLICATIONS);
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
    this.#waiters.settled(this.#sent + this.#queues.totals.conflated + this.#queues.totals.dropped);
    if (error === undefined) this.#succeeded();
    else await this.#failed(error, count(batch) - sent);
  }

  /** Books each publication's outcome. @returns ticks that were sent */
  #settle(batch: readonly Publication[], outcomes: readonly Outcome[]): number {
    const sentBefore = this.#sent;
    const { totals } = this.#queues;
    const back = new Map<LaneName, SequencedTick[]>();
    batch.forEach(({ lane, channels: [exchange], ticks }, index) => {
      const outcome = outcomes[index] ?? { ok: false, retry: true, error: 'no answer' };
      if (outcome.ok) {
        this.#sent += ticks.length;
        this.#refused.delete(exchange);
        this.#note(lane, outcome.missed, ticks.length);
        // Newer ticks are out: sending the older ones now would break their order.
        totals.dropped += back.get(lane)?.length ?? 0;
        back.delete(lane);
      } else if (outcome.retry) {
        back.set(lane, [...(back.get(lane) ?? []), ...ticks]);
      } else {
        totals.dropped += ticks.length;
        this.#note(exchange, outcome.error, ticks.length);
      }
    });
    for (const [lane, ticks] of back) this.#queues.putBack(lane, ticks);
    return this.#sent - sentBefore;
  }

  /** Keeps what is wrong with a channel or a lane, and tells of it once; `undefined`: nothing is. */
  #note(where: string, problem: string | undefined, ticks: number): void {
    if (problem === undefined) {
      this.#refused.delete(where);
      return;
    }
    if (!this.#refused.has(where)) this.#report(problem, ticks, 1);
    this.#refused.set(where, problem);
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
    this.#queues.conflate();
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

  #waiting(): number {
    return this.#queues.size + this.#inFlight;
  }
}

function count(batch: readonly Publication[]): number {
  return batch.reduce((sum, { ticks }) => sum + ticks.length, 0);
}
