import { setInterval } from 'node:timers/promises';
import type { LaneName } from '@tickwatch/core';
import type { NumberedTicks } from './numbered-ticks.ts';

const SLOT_MS = 10;
const MAX_BURST = 1000;

/** What the server said about a tick's message. `unknown`: the connection broke before it answered, or it refused. */
export type Fate = 'unknown' | 'taken' | 'unheard';

interface Sent {
  fate: Fate;
  /** When it was sent, and when the server had answered, ms. */
  readonly sentAt: number;
  at: number;
}

/** A message with one tick, or several of one exchange. */
export interface Outgoing {
  /** The number of its first tick. */
  readonly first: number;
  readonly exchange: string;
  /** Of its first tick. */
  readonly stock: string;
  readonly text: string;
}

export interface PublisherOptions {
  readonly ticks: NumberedTicks;
  /** How many lanes each exchange has. */
  readonly lanes?: number | undefined;
  /** Ticks in each message; with one lane only. */
  readonly perMessage?: number | undefined;
}

/** Publishes numbered ticks at a steady rate and remembers what the server said about each. Never sends one twice. */
export abstract class Publisher implements AsyncDisposable {
  readonly ticks: NumberedTicks;
  lanes: number;
  readonly #perMessage: number;
  /** By number; the first number is 1. The ticks of a message share one. */
  readonly #sent: Sent[] = [];
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor({ ticks, lanes = 1, perMessage = 1 }: PublisherOptions) {
    this.ticks = ticks;
    this.lanes = lanes;
    this.#perMessage = perMessage;
  }

  /** While the server is away nothing is published, and so nothing is owed. */
  protected abstract readonly isReady: boolean;

  /** @returns of each message what the server said about it; a promise fails when it did not answer */
  protected abstract send(messages: readonly Outgoing[]): readonly Promise<Fate>[];

  /** Closes the connection. */
  protected abstract close(): Promise<void>;

  /** The number given last. */
  get last(): number {
    return this.#sent.length;
  }

  /** Where the stock's name says the lane. */
  lane(n: number): LaneName {
    return this.ticks.lane(n, this.lanes);
  }

  start(ticksPerSecond: number): void {
    this.#stop = new AbortController();
    this.#running = this.#run(ticksPerSecond, this.#stop.signal);
  }

  /** Stops and waits for what is on its way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Publishes so many ticks at once, as far as they make whole messages of both exchanges. */
  async burst(count: number): Promise<void> {
    const messages: (readonly number[])[] = [];
    let next = this.last + 1;
    for (let left = this.#whole(count); left > 0; left -= this.#step, next += this.#step) {
      // One message of each exchange: every other number.
      for (const first of [next, next + 1]) {
        messages.push(Array.from({ length: this.#perMessage }, (_, i) => first + 2 * i));
      }
    }
    await Promise.allSettled(this.#publish(messages));
  }

  get fates(): readonly Readonly<Sent>[] {
    return this.#sent;
  }

  /** @returns how many ticks had this fate */
  count(fate: Fate): number {
    return this.#sent.reduce((sum, sent) => sum + Number(sent.fate === fate), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.close();
  }

  get #step(): number {
    return 2 * this.#perMessage;
  }

  #whole(count: number): number {
    return count - (count % this.#step);
  }

  async #run(perSecond: number, signal: AbortSignal): Promise<void> {
    const started = performance.now();
    let count = 0;
    try {
      for await (const _ of setInterval(SLOT_MS, undefined, { signal })) {
        const due = this.#whole(Math.floor(((performance.now() - started) / 1000) * perSecond) - count);
        count += due;
        if (due > 0 && this.isReady) await this.burst(Math.min(due, MAX_BURST));
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #publish(messages: readonly (readonly number[])[]): readonly Promise<void>[] {
    const sents = messages.map((numbers) => {
      const sent: Sent = { fate: 'unknown', sentAt: Date.now(), at: 0 };
      for (const n of numbers) this.#sent[n - 1] = sent;
      return sent;
    });
    const answers = this.send(messages.map((numbers) => this.#outgoing(numbers)));
    return answers.map(async (answer, i) => {
      const fate = await answer;
      Object.assign(sents[i] ?? {}, { fate, at: Date.now() });
    });
  }

  #outgoing(numbers: readonly number[]): Outgoing {
    const [first = 0] = numbers;
    const { ticks } = this;
    return { first, exchange: ticks.exchange(first), stock: ticks.stock(first), text: ticks.message(numbers) };
  }
}
