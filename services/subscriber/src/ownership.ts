import { backoffMs } from '@tickwatch/core';
import { sleep } from '@tickwatch/runtime';
import type { IngestLease, LeaseRequest, TickStore } from '@tickwatch/store';
import type { IngestEvents } from './events.ts';

const STANDBY_POLL_MS = 1000;

export type OwnershipState = 'starting' | 'owner' | 'standby' | 'store-away';

/** Gets and keeps the right to ingest: as long as another subscriber is alive this one stands by. */
export class Ownership {
  readonly #store: TickStore;
  readonly #request: LeaseRequest;
  readonly #events: IngestEvents;
  #state: OwnershipState = 'starting';

  constructor(store: TickStore, request: LeaseRequest, events: IngestEvents) {
    this.#store = store;
    this.#request = request;
    this.#events = events;
  }

  get state(): OwnershipState {
    return this.#state;
  }

  /**
   * Waits until this process owns its exchanges.
   * @param onAway called once when the database can't be asked who owns them
   * @returns `undefined` when the signal aborted first
   */
  async take(signal: AbortSignal, onAway: () => void = () => {}): Promise<IngestLease | undefined> {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await this.#store.migrate(signal);
        const lease = await this.#store.acquire(this.#request);
        this.#become(lease === undefined ? 'standby' : 'owner');
        if (lease !== undefined) return lease;
        await sleep(STANDBY_POLL_MS, signal);
      } catch (error) {
        if (signal.aborted) return undefined;
        // Also a wrong password or a missing right: somebody mends it while prices go on live.
        this.#become('store-away', error instanceof Error ? error.message : String(error));
        onAway();
        await sleep(backoffMs(attempt), signal);
      }
    }
    return undefined;
  }

  #become(state: OwnershipState, detail = ''): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#events.ownership(state, this.#request.exchanges, detail);
  }
}
