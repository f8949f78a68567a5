import { setTimeout as delay } from 'node:timers/promises';
import type { OnFeedEvent } from '../feed-event.ts';
import type { RedisAddress } from '../redis-address.ts';
import { isAnswer, RedisConnection } from '../redis-connection.ts';

/**
 * One that was away and leads again may still have been voted out: it hears so last. The others hold it for failed for at most
 * twice their `cluster-node-timeout`, which is 15 s unless somebody set another.
 */
const DOUBT_MS = 30_000;

/** One node of a cluster, and whether it was there all the time. */
export class ClusterNode implements AsyncDisposable {
  readonly address: RedisAddress;
  readonly connection: RedisConnection;
  #wasAway = false;
  /** Since when it leads again, by `performance.now`. */
  #backAt: number | undefined;

  constructor(address: RedisAddress, name: string, onEvent: OnFeedEvent) {
    this.address = address;
    this.connection = new RedisConnection(address, name, onEvent);
    this.connection.client.on('error', () => this.#away());
  }

  get isConnected(): boolean {
    return this.connection.state.state === 'connected';
  }

  /** It was away, or silent, and has not led again for long enough to be sure. If another leads now, nothing was handed over in order. */
  get wasAway(): boolean {
    return this.#wasAway || !this.isConnected;
  }

  /** It is there, and leads, as the nodes say now. */
  leads(): void {
    this.#backAt ??= performance.now();
    if (performance.now() - this.#backAt >= DOUBT_MS) this.#wasAway = false;
  }

  /** @returns whether it answers within a time */
  async answers(withinMs: number): Promise<boolean> {
    const answer = this.connection.run('PING').then(
      () => true,
      // A user without the right to ask is answered as well.
      (error: unknown) => isAnswer(error),
    );
    const isThere = await Promise.race([answer, delay(withinMs, false, { ref: false })]);
    if (!isThere) this.#away();
    return isThere;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connection[Symbol.asyncDispose]();
  }

  #away(): void {
    this.#wasAway = true;
    this.#backAt = undefined;
  }
}
