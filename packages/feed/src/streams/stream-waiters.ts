import { setTimeout as delay } from 'node:timers/promises';
import slotOf from 'cluster-key-slot';
import { redirectOf } from '../cluster/redirect.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import type { RedisConnection } from '../redis-connection.ts';
import type { RedisNodes } from '../redis-nodes.ts';
import type { SourceState } from '../tick-source.ts';
import { probe, StreamWaiter } from './stream-waiter.ts';

/** While nobody can be waited at (the slot is on its way to another node), its streams are looked at this often. */
const LOOK_AGAIN_MS = 50;

/**
 * Waits for news in streams. Of one Redis all share a read that the server holds; a cluster refuses a read over several slots
 * (CROSSSLOT) and holds one for each, on a connection of its own.
 */
export class StreamWaiters implements AsyncDisposable {
  readonly #nodes: RedisNodes;
  readonly #onEvent: OnFeedEvent;
  #one: StreamWaiter | undefined;
  readonly #bySlot = new Map<number, StreamWaiter>();

  constructor(nodes: RedisNodes, onEvent: OnFeedEvent) {
    this.#nodes = nodes;
    this.#onEvent = onEvent;
    nodes.onTurn(() => {
      if (this.#nodes.mode !== 'cluster') return;
      void this.#one?.[Symbol.asyncDispose]();
      this.#one = undefined;
    });
  }

  start(): void {
    const { one, mode } = this.#nodes;
    if (one === undefined || mode === 'cluster') return;
    this.#one = new StreamWaiter(one, this.#nodes.connectionOf('') as RedisConnection, this.#onEvent);
    this.#one.connection.open();
  }

  /** The worse of the connections that a stream's news and commands go over. */
  stateOf(key: string): SourceState {
    const waiter = this.#nodes.mode === 'cluster' ? this.#bySlot.get(slotOf(key)) : this.#one;
    const waiting = waiter?.connection.state;
    const commands = this.#nodes.stateOf(key);
    return commands.state !== 'connected' ? commands : (waiting ?? commands);
  }

  /** As {@link StreamWaiter.wait}. */
  async wait(key: string, id: string, longestMs: number, signal: AbortSignal): Promise<void> {
    const waiter = this.#one ?? (await this.#of(key));
    if (waiter === undefined) return await pause(signal);
    try {
      await waiter.wait(key, id, longestMs, signal);
    } catch (error) {
      // Whoever reads it next is led to where it is now.
      if (redirectOf(error, waiter.connection.address) === undefined) throw error;
      await pause(signal);
    }
  }

  /** Whether a stream can be read. @throws FeedUnavailableError */
  async probe(key: string, id: string): Promise<void> {
    await this.#nodes.run(key, ...probe(key, id));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#one?.[Symbol.asyncDispose]();
    for (const waiter of this.#bySlot.values()) await waiter[Symbol.asyncDispose]();
  }

  /** @returns `undefined`: it is not connected yet */
  async #of(key: string): Promise<StreamWaiter | undefined> {
    const slot = slotOf(key);
    const commands = this.#nodes.connectionOf(key);
    let waiter = this.#bySlot.get(slot);
    if (waiter !== undefined && waiter.connection.label !== commands?.label) {
      this.#bySlot.delete(slot);
      await waiter[Symbol.asyncDispose]();
      waiter = undefined;
    }
    if (waiter === undefined && commands !== undefined) {
      // The node's other connection tells how it is.
      waiter = new StreamWaiter(commands.address, commands, () => {});
      this.#bySlot.set(slot, waiter);
      waiter.connection.open();
    }
    return waiter?.connection.state.state === 'connected' ? waiter : undefined;
  }
}

async function pause(signal: AbortSignal): Promise<void> {
  await delay(LOOK_AGAIN_MS, undefined, { signal }).catch(() => {});
}
