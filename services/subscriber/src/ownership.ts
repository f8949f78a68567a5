import { backoffMs } from '@tickwatch/core';
import { sleep } from '@tickwatch/runtime';
import type { IngestLease, IngestPosition, LeaseRequest, TickStore } from '@tickwatch/store';
import type { IngestEvents } from './events.ts';

const STANDBY_POLL_MS = 1000;
/** `migrate` tries once with it and throws what it met, so that the state of the database is known here. */
const ONE_TRY = AbortSignal.abort();

export type OwnershipState = 'starting' | 'owner' | 'standby' | 'store-away';

/** What waiting for one's turn means for the feed. */
export interface Waiting {
  /** The database can't say who owns the exchanges, and no other owner was seen before. */
  unknown(): Promise<void>;
  /** Another subscriber owns them, and has committed this much; called again and again. */
  standby(committed: readonly IngestPosition[]): Promise<void>;
}

/** Gets and keeps the right to ingest: as long as another subscriber is alive this one stands by. */
export class Ownership {
  readonly #store: TickStore;
  readonly #request: LeaseRequest;
  readonly #events: IngestEvents;
  #state: OwnershipState = 'starting';
  #detail = '';
  /** While the database is away, whoever owned the exchanges when it was last asked goes on. */
  #sawOther = false;

  constructor(store: TickStore, request: LeaseRequest, events: IngestEvents) {
    this.#store = store;
    this.#request = request;
    this.#events = events;
  }

  get state(): OwnershipState {
    return this.#state;
  }

  /** Why the store can't be used; empty while it can. */
  get detail(): string {
    return this.#detail;
  }

  /** Waits until this process owns its exchanges. @returns `undefined` when the signal aborted first */
  async take(signal: AbortSignal, waiting: Waiting): Promise<IngestLease | undefined> {
    for (let failures = 0; !signal.aborted; ) {
      try {
        const lease = await this.#acquire();
        if (lease !== undefined) return lease;
        failures = 0;
        await waiting.standby(await this.#store.positions(this.#request.exchanges));
        await sleep(STANDBY_POLL_MS, signal);
      } catch (error) {
        if (signal.aborted) return undefined;
        // Also a wrong password or a missing right: somebody mends it while prices go on live.
        this.failed(error);
        if (!this.#sawOther) await waiting.unknown();
        await sleep(backoffMs(failures++), signal);
      }
    }
    return undefined;
  }

  /**
   * For an owner that lost its connection: asks until the database answers.
   * @param onFailure told of each try that failed
   * @returns `undefined`: another subscriber owns the exchanges now, or the signal aborted
   */
  async takeAgain(signal: AbortSignal, onFailure: (error: unknown) => void): Promise<IngestLease | undefined> {
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        return await this.#acquire();
      } catch (error) {
        if (signal.aborted) return undefined;
        this.failed(error);
        onFailure(error);
        await sleep(backoffMs(failures), signal);
      }
    }
    return undefined;
  }

  /** The owner's batch was stored. */
  worked(): void {
    if (this.#state === 'store-away') this.#become('owner');
  }

  /** The store could not be used. */
  failed(error: unknown): void {
    this.#become('store-away', error instanceof Error ? error.message : String(error));
  }

  async #acquire(): Promise<IngestLease | undefined> {
    await this.#store.migrate(ONE_TRY);
    const lease = await this.#store.acquire(this.#request);
    this.#sawOther = lease === undefined;
    this.#become(lease === undefined ? 'standby' : 'owner');
    return lease;
  }

  #become(state: OwnershipState, detail = ''): void {
    this.#detail = detail;
    if (state === this.#state) return;
    this.#state = state;
    this.#events.ownership(state, this.#request.exchanges, detail);
  }
}
