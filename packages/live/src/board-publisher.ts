import { setTimeout as delay, setImmediate as endOfTurn } from 'node:timers/promises';
import { type LaneCounts, type LaneName, nowMicros, type SequencedTick } from '@tickwatch/core';
import type { BoardPublication } from './board-lane.ts';
import { BoardLanes, type BoardLimits } from './board-lanes.ts';
import type { LiveEvent, LiveState } from './live-publisher.ts';
import type { LiveSender, Outcome } from './live-sender.ts';

export interface BoardOptions extends Partial<BoardLimits> {
  readonly lanes?: LaneCounts | undefined;
  /** Of failures and of their end. */
  readonly onEvent?: ((event: LiveEvent) => void) | undefined;
}

/** What viewers of all exchanges' boards get by default, in bytes a second. */
export const DEFAULT_BOARD_BYTES = 100_000;

/**
 * Tells the boards: beside the exchanges' channels and over a connection of its own, so that neither waits for the other.
 * While the server is away the newest tick of each stock waits, as it does anyway.
 */
export class BoardPublisher implements AsyncDisposable {
  readonly #sender: LiveSender;
  readonly #lanes: BoardLanes;
  readonly #onEvent: (event: LiveEvent) => void;
  readonly #closing = new AbortController();
  /** Why the last message of a lane was not sent. */
  readonly #refused = new Map<LaneName, string>();
  #since = nowMicros();
  /** Batches in a row in which something was not sent. */
  #attempt = 0;
  #downAt: number | undefined;
  #running: Promise<void> | undefined;
  #sleepsUntil = Number.NEGATIVE_INFINITY;
  #wake = new AbortController();

  constructor(sender: LiveSender, options: BoardOptions) {
    const { lanes = new Map(), bytesPerSecond = DEFAULT_BOARD_BYTES, maxStocks = 100_000, onEvent } = options;
    this.#sender = sender;
    this.#onEvent = onEvent ?? (() => {});
    this.#lanes = new BoardLanes({ bytesPerSecond, maxStocks }, lanes);
  }

  /** Takes ticks of one lane, in order. Never throws, never blocks. */
  publish(lane: LaneName, ticks: readonly SequencedTick[]): void {
    if (ticks.length === 0 || this.#closing.signal.aborted) return;
    if (this.#lanes.add(lane, ticks) < this.#sleepsUntil) this.#wake.abort();
    this.#running ??= this.#run();
  }

  /** Tells at once what is left, whatever the pace, for the end. @throws Error it takes longer than `timeoutMs` */
  async drain(timeoutMs: number): Promise<void> {
    this.#lanes.hurry();
    this.#wake.abort();
    const ended = new AbortController();
    const late = delay(timeoutMs, 'late', { signal: ended.signal }).catch(() => undefined);
    const first = await Promise.race([this.#running, late]);
    ended.abort();
    if (first === 'late') throw new Error(`boards have not been told of all within ${timeoutMs} ms`);
  }

  /** Stocks that were forgotten before the board was told of them, for want of room. */
  get forgotten(): number {
    return this.#lanes.forgotten;
  }

  get state(): LiveState {
    const [error] = this.#refused.values();
    return error === undefined ? { state: 'up', since: this.#since } : { state: 'down', since: this.#since, error };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#wake.abort();
    await this.#sender[Symbol.asyncDispose]();
    await this.#running;
  }

  /** Never rejects, except with what `onEvent` throws. */
  async #run(): Promise<void> {
    // What arrives in one turn of the event loop travels together.
    await endOfTurn();
    for (let next = this.#lanes.nextAt(); next !== undefined; next = this.#lanes.nextAt()) {
      if (this.#closing.signal.aborted) break;
      const now = performance.now();
      if (next > now) await this.#sleep(next, now);
      else await this.#send(this.#lanes.take(now));
    }
    this.#running = undefined;
  }

  /** Until then, or until a lane is due sooner. */
  async #sleep(until: number, now: number): Promise<void> {
    this.#sleepsUntil = until;
    this.#wake = new AbortController();
    await delay(Math.ceil(until - now), undefined, { signal: this.#wake.signal }).catch(() => {});
    this.#sleepsUntil = Number.NEGATIVE_INFINITY;
  }

  async #send(messages: readonly BoardPublication[]): Promise<void> {
    let outcomes: readonly Outcome[] = [];
    let problem = 'no answer';
    try {
      outcomes = await this.#sender.send(messages);
    } catch (cause) {
      problem = cause instanceof Error ? cause.message : String(cause);
    }
    if (this.#closing.signal.aborted) return;
    const lost = messages.filter((message, i) => !this.#settle(message, outcomes[i], problem));
    if (lost.length > 0) this.#fell(lost.reduce((sum, { ticks }) => sum + ticks, 0));
    else if (this.#refused.size === 0) this.#rose();
  }

  /** @returns whether it was sent */
  #settle(message: BoardPublication, outcome: Outcome | undefined, problem: string): boolean {
    if (outcome?.ok) {
      this.#lanes.sent(message);
      this.#refused.delete(message.lane);
      return true;
    }
    this.#lanes.failed(message, performance.now());
    this.#refused.set(message.lane, outcome?.error ?? problem);
    return false;
  }

  #fell(ticks: number): void {
    if (this.#downAt === undefined) this.#since = nowMicros();
    this.#downAt ??= performance.now();
    const [error = ''] = this.#refused.values();
    this.#onEvent({ type: 'failed', ticks, error, attempt: ++this.#attempt });
  }

  #rose(): void {
    this.#attempt = 0;
    if (this.#downAt === undefined) return;
    this.#since = nowMicros();
    this.#onEvent({ type: 'recovered', seconds: (performance.now() - this.#downAt) / 1000 });
    this.#downAt = undefined;
  }
}
