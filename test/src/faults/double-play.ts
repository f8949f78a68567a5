import type pg from 'pg';
import type { Covers } from './audit.ts';
import type { FaultStack } from './fault-stack.ts';
import { numbersInSpool } from './spool-copy.ts';
import type { SubscriberProcess } from './subscriber-process.ts';

/** What was published this long before a process ended by force may not have reached its spool. */
const UNSAVED_MS = 1000;
/** Redis notices within this time that a listener is gone. */
const NOTICED_MS = 1000;
const REDIS_BUFFERS_MS = 100;

/** One subscriber, its servers, and what two faults at once do to them; remembers what the promise then excepts. */
export class DoublePlay {
  readonly stack: FaultStack;
  readonly #excepted: { readonly from: number; readonly to: number }[] = [];
  /** Numbers that a dead process's spool held: covered, whenever they were published. */
  readonly #spooled = new Set<number>();
  #isPostgresUp = true;
  #locker: pg.Client | undefined;
  /** Since then the process reads nothing, or keeps what it reads in memory only, ms. */
  #pausedAt = Number.POSITIVE_INFINITY;
  #badLogAt = Number.POSITIVE_INFINITY;

  constructor(stack: FaultStack) {
    this.stack = stack;
  }

  get subscriber(): SubscriberProcess {
    return this.stack.subscribers.at(-1) ?? this.launch();
  }

  /** A file beside the spool that takes the room on its disk. */
  get filler(): string {
    return `${this.stack.dataFolder()}/spool/filler`;
  }

  readonly covers: Covers = (n) => {
    const at = this.stack.publisher.fates[n - 1]?.at ?? 0;
    return this.#spooled.has(n) || !this.#excepted.some(({ from, to }) => at > from && at < to);
  };

  launch(): SubscriberProcess {
    return this.stack.launch('a');
  }

  async kill(): Promise<void> {
    const killedAt = Date.now();
    const from = Math.min(killedAt, this.#pausedAt, this.#badLogAt) - UNSAVED_MS;
    await this.subscriber.kill();
    this.#excepted.push({ from, to: killedAt + NOTICED_MS });
    this.#pausedAt = Number.POSITIVE_INFINITY;
    if (this.stack.feed === 'streams') return;
    for (const n of await numbersInSpool(`${this.stack.dataFolder()}/spool`)) this.#spooled.add(n);
  }

  async terminate(): Promise<void> {
    await this.subscriber.terminate();
  }

  pause(): void {
    this.#pausedAt = Date.now();
    this.subscriber.pause();
  }

  resume(): void {
    this.#pausedAt = Number.POSITIVE_INFINITY;
    this.subscriber.resume();
  }

  async stopRedis(): Promise<void> {
    const cutAt = Date.now();
    this.#excepted.push({ from: Math.min(cutAt, this.#pausedAt) - REDIS_BUFFERS_MS, to: cutAt + NOTICED_MS });
    await this.stack.redis.stop();
  }

  async stopPostgres(): Promise<void> {
    if (this.#isPostgresUp) await this.stack.postgres.stop();
    this.#isPostgresUp = false;
  }

  async killPostgres(): Promise<void> {
    if (this.#isPostgresUp) await this.stack.postgres.kill();
    this.#isPostgresUp = false;
  }

  async restartPostgres(): Promise<void> {
    if (!this.#isPostgresUp) await this.stack.postgres.restart();
    this.#isPostgresUp = true;
  }

  /** Nothing is stored until it is unlocked, or the server ends. */
  async lockTable(): Promise<void> {
    this.#locker = await this.stack.database.connect();
    await this.#locker.query('BEGIN; LOCK TABLE day_prices IN SHARE MODE');
  }

  async unlockTable(): Promise<void> {
    await this.#locker?.end().catch(() => {});
    this.#locker = undefined;
  }

  /** Does what makes the spool take nothing more, and waits until the subscriber says so. */
  async spoilLog(how: () => Promise<void>): Promise<void> {
    this.#badLogAt = Date.now();
    await how();
    await this.subscriber.saysOf('log', false);
  }

  async untilAllIsWell(): Promise<void> {
    await this.subscriber.listens();
    for (const part of ['feed', 'store', 'log', 'live']) await this.subscriber.saysOf(part, true);
  }
}
