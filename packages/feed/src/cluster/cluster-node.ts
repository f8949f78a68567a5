import { setTimeout as delay } from 'node:timers/promises';
import type { OnFeedEvent } from '../feed-event.ts';
import type { RedisAddress } from '../redis-address.ts';
import { isAnswer, RedisConnection } from '../redis-connection.ts';

/** One node of a cluster, and whether it was there all the time. */
export class ClusterNode implements AsyncDisposable {
  readonly address: RedisAddress;
  readonly connection: RedisConnection;
  #wasAway = false;

  constructor(address: RedisAddress, name: string, onEvent: OnFeedEvent) {
    this.address = address;
    this.connection = new RedisConnection(address, name, onEvent);
    this.connection.client.on('error', () => {
      this.#wasAway = true;
    });
  }

  get isConnected(): boolean {
    return this.connection.state.state === 'connected';
  }

  /** It was away, or silent, at some time since it was last found to lead. If another leads now, nothing was handed over in order. */
  get wasAway(): boolean {
    return this.#wasAway || !this.isConnected;
  }

  /** It is there, and leads. */
  leads(): void {
    this.#wasAway = false;
  }

  /** @returns whether it answers within a time */
  async answers(withinMs: number): Promise<boolean> {
    const answer = this.connection.run('PING').then(
      () => true,
      // A user without the right to ask is answered as well.
      (error: unknown) => isAnswer(error),
    );
    const isThere = await Promise.race([answer, delay(withinMs, false, { ref: false })]);
    if (!isThere) this.#wasAway = true;
    return isThere;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connection[Symbol.asyncDispose]();
  }
}
