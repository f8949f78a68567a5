import { setInterval } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { type LaneName, laneName, streamKey } from '@tickwatch/core';
import type { NumberedTicks } from './numbered-ticks.ts';

const SLOT_MS = 10;
const MAX_BURST = 1000;

/** What Redis said about a tick's message. `unknown`: the connection broke before it answered, or it refused. */
export type Fate = 'unknown' | 'taken' | 'unheard';

interface Sent {
  fate: Fate;
  /** When it was sent, and when Redis had answered, ms. */
  readonly sentAt: number;
  at: number;
}

export interface PublisherOptions {
  readonly redisUrl: string;
  readonly feed: 'streams' | 'pubsub';
  readonly ticks: NumberedTicks;
  /** How many lanes each exchange has. */
  readonly lanes?: number | undefined;
  /** Ticks in each message; with one lane only. */
  readonly perMessage?: number | undefined;
}

/** Publishes numbered ticks at a steady rate and remembers what Redis said about each. Never sends one twice. */
export class Publisher implements AsyncDisposable {
  readonly ticks: NumberedTicks;
  lanes: number;
  /** Gives a stream's entry its id. */
  idOf: (n: number) => string = () => '*';
  readonly #feed: 'streams' | 'pubsub';
  readonly #perMessage: number;
  readonly #client: ReturnType<typeof openClient>;
  /** By number; the first number is 1. The ticks of a message share one. */
  readonly #sent: Sent[] = [];
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor({ redisUrl, feed, ticks, lanes = 1, perMessage = 1 }: PublisherOptions) {
    this.#feed = feed;
    this.ticks = ticks;
    this.lanes = lanes;
    this.#perMessage = perMessage;
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
    const answers: Promise<void>[] = [];
    for (let left = this.#whole(count); left > 0; left -= this.#step) {
      const from = this.last + 1;
      // One message of each exchange: every other number.
      for (const first of [from, from + 1]) {
        answers.push(this.#publish(Array.from({ length: this.#perMessage }, (_, i) => first + 2 * i)));
      }
    }
    await Promise.allSettled(answers);
  }

  /** Publishes something that is none of the numbered ticks. */
  async extra(exchange: string, message: string | Buffer): Promise<void> {
    await this.#client.sendCommand(this.#command(laneName(exchange, 0), message, '*'));
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
    this.#client.destroy();
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
        // While Redis is away nothing is published, and so nothing is owed.
        if (due > 0 && this.#client.isReady) await this.burst(Math.min(due, MAX_BURST));
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #publish(numbers: readonly number[]): Promise<void> {
    const [first = 0] = numbers;
    const sent: Sent = { fate: 'unknown', sentAt: Date.now(), at: 0 };
    for (const n of numbers) this.#sent[n - 1] = sent;
    const command = this.#command(this.lane(first), this.ticks.message(numbers), this.idOf(first));
    const reply = await this.#client.sendCommand(command);
    sent.fate = this.#feed === 'pubsub' && Number(reply) === 0 ? 'unheard' : 'taken';
    sent.at = Date.now();
  }

  #command(lane: LaneName, message: string | Buffer, id: string): (string | Buffer)[] {
    return this.#feed === 'streams'
      ? ['XADD', streamKey(lane, this.lanes), id, 'm', message]
      : ['PUBLISH', lane.slice(0, lane.lastIndexOf('/')), message];
  }
}

function openClient(url: string) {
  return createClient({ url, socket: { reconnectStrategy: 50 }, disableOfflineQueue: true });
}
