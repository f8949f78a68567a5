import { setInterval } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { streamKey } from '@tickwatch/core';
import type { NumberedTicks } from './numbered-ticks.ts';

const SLOT_MS = 10;
const MAX_BURST = 1000;

/** What Redis said about a message. `unknown`: the connection broke before it answered. */
export type Fate = 'unknown' | 'taken' | 'unheard';

interface Sent {
  fate: Fate;
  /** When Redis had answered, ms. */
  at: number;
  receivers: number;
}

/** Publishes numbered ticks at a steady rate and remembers what Redis said about each. Never sends one twice. */
export class Publisher implements AsyncDisposable {
  readonly ticks: NumberedTicks;
  readonly #feed: 'streams' | 'pubsub';
  readonly #client: ReturnType<typeof openClient>;
  /** By number; the first number is 1. */
  readonly #sent: Sent[] = [];
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(redisUrl: string, feed: 'streams' | 'pubsub', ticks: NumberedTicks) {
    this.#feed = feed;
    this.ticks = ticks;
    this.#client = openClient(redisUrl);
    this.#client.on('error', () => {});
  }

  async connect(): Promise<void> {
    await this.#client.connect();
  }

  /** The number given last. */
  get last(): number {
    return this.#sent.length;
  }

  start(perSecond: number): void {
    this.#stop = new AbortController();
    this.#running = this.#run(perSecond, this.#stop.signal);
  }

  /** Stops and waits for what is on its way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Publishes this many at once. */
  async burst(count: number): Promise<void> {
    const from = this.#sent.length + 1;
    const answers: Promise<void>[] = [];
    for (let n = from; n < from + count; n++) {
      const sent: Sent = { fate: 'unknown', at: 0, receivers: 0 };
      this.#sent.push(sent);
      answers.push(this.#send(n).then((receivers) => this.#settle(sent, receivers)));
    }
    await Promise.allSettled(answers);
  }

  /** Publishes something that is none of the numbered ticks. */
  async extra(exchange: string, message: string | Buffer): Promise<void> {
    await this.#client.sendCommand(this.#command(exchange, message));
  }

  get fates(): readonly Readonly<Sent>[] {
    return this.#sent;
  }

  count(fate: Fate): number {
    return this.#sent.reduce((sum, sent) => sum + Number(sent.fate === fate), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.#client.destroy();
  }

  async #run(perSecond: number, signal: AbortSignal): Promise<void> {
    const started = performance.now();
    let count = 0;
    try {
      for await (const _ of setInterval(SLOT_MS, undefined, { signal })) {
        const due = Math.floor(((performance.now() - started) / 1000) * perSecond) - count;
        count += due;
        // While Redis is away nothing is published, and so nothing is owed.
        if (due > 0 && this.#client.isReady) await this.burst(Math.min(due, MAX_BURST));
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #send(n: number): Promise<number> {
    const reply = await this.#client.sendCommand(this.#command(this.ticks.exchange(n), this.ticks.message(n)));
    return this.#feed === 'streams' ? 1 : Number(reply);
  }

  #command(exchange: string, message: string | Buffer): (string | Buffer)[] {
    return this.#feed === 'streams' ? ['XADD', streamKey(exchange), '*', 'm', message] : ['PUBLISH', exchange, message];
  }

  #settle(sent: Sent, receivers: number): void {
    sent.fate = receivers === 0 ? 'unheard' : 'taken';
    sent.receivers = receivers;
    sent.at = Date.now();
  }
}

function openClient(url: string) {
  return createClient({ url, socket: { reconnectStrategy: 50 }, disableOfflineQueue: true });
}
