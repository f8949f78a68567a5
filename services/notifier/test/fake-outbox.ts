import { type EpochMicros, nowMicros } from '@tickwatch/core';
import {
  type AlertOutbox,
  type ClaimedDelivery,
  type FiringPlace,
  type OutboxReceiver,
  type StoredFiring,
  StoreUnavailableError,
} from '@tickwatch/store';

interface Row {
  readonly receiver: OutboxReceiver;
  readonly firing: StoredFiring;
  readonly createdAt: EpochMicros;
  state: 'waiting' | 'delivered' | 'failed';
  attempts: number;
  nextAt: number;
  error: string | undefined;
}

/** An outbox in memory, as the one on PostgreSQL promises to be; it can be away. */
export class FakeOutbox implements AlertOutbox {
  readonly rows: Row[] = [];
  readonly #firings: StoredFiring[] = [];
  #listeners: (() => void)[] = [];
  #toldFrom = 0;
  isAway = false;

  fire(firing: StoredFiring, receivers: readonly OutboxReceiver[], createdAt: EpochMicros = nowMicros()): void {
    this.#firings.push(firing);
    for (const receiver of receivers)
      this.rows.push({
        receiver,
        firing,
        createdAt,
        state: 'waiting',
        attempts: 0,
        nextAt: createdAt,
        error: undefined,
      });
    for (const listener of this.#listeners) listener();
  }

  /** As if what is not told live yet had fired long ago. */
  forgetLive(): void {
    this.#toldFrom = this.#firings.length;
  }

  /** As if its time had come. */
  makeDue(): void {
    for (const row of this.rows) if (row.state === 'waiting') row.nextAt = 0;
    for (const listener of this.#listeners) listener();
  }

  rowsOf(receiver: OutboxReceiver): readonly Row[] {
    return this.rows.filter((row) => row.receiver.id === receiver.id);
  }

  async queues() {
    this.#ask();
    const waiting = this.rows.filter(({ state }) => state === 'waiting');
    const receivers = new Map(waiting.map(({ receiver }) => [receiver.id, receiver]));
    return [...receivers.values()].map((receiver) => {
      const own = waiting.filter((row) => row.receiver.id === receiver.id);
      return {
        receiver: { ...receiver },
        waiting: own.length,
        oldest: Math.min(...own.map(({ createdAt }) => createdAt)) as EpochMicros,
        dueInMs: Math.max(0, Math.ceil((Math.min(...own.map(({ nextAt }) => nextAt)) - nowMicros()) / 1000)),
      };
    });
  }

  async claim(receiverId: string, limit: number, claimMs: number): Promise<readonly ClaimedDelivery[]> {
    this.#ask();
    const now = nowMicros();
    const due = this.rows.filter(
      ({ receiver, state, nextAt }) => receiver.id === receiverId && state === 'waiting' && nextAt <= now,
    );
    const claimed = due.slice(0, limit);
    for (const row of claimed) row.nextAt = now + claimMs * 1000;
    return claimed.map(({ firing, attempts, createdAt }) => ({ receiverId, firing, attempts, createdAt }));
  }

  async release(receiverId: string, firingIds: readonly string[]): Promise<void> {
    this.#ask();
    for (const row of this.#rows(receiverId, firingIds)) row.nextAt = 0;
  }

  async hurry(receiverId: string, claimMs: number): Promise<void> {
    this.#ask();
    const now = nowMicros();
    for (const row of this.rows)
      if (row.receiver.id === receiverId && row.nextAt > now + claimMs * 1000) row.nextAt = now;
  }

  async delivered(receiverId: string, firingIds: readonly string[]): Promise<void> {
    this.#ask();
    for (const row of this.#rows(receiverId, firingIds)) Object.assign(row, { state: 'delivered', error: undefined });
  }

  async failed(receiverId: string, firingIds: readonly string[], error: string, retryAt: EpochMicros | undefined) {
    this.#ask();
    for (const row of this.#rows(receiverId, firingIds)) {
      row.attempts++;
      row.error = error;
      if (retryAt === undefined) row.state = 'failed';
      else row.nextAt = retryAt;
    }
  }

  async firingsBehind(place: FiringPlace, limit: number) {
    this.#ask();
    const from = Math.max(this.#toldFrom, Number(place));
    const firings = this.#firings.slice(from, from + limit);
    return { firings, place: String(from + firings.length) as FiringPlace };
  }

  async placeBefore() {
    this.#ask();
    return String(this.#firings.length) as FiringPlace;
  }

  listen(onFiring: () => void): AsyncDisposable {
    this.#listeners.push(onFiring);
    return {
      [Symbol.asyncDispose]: async () => {
        this.#listeners = this.#listeners.filter((listener) => listener !== onFiring);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #rows(receiverId: string, firingIds: readonly string[]): readonly Row[] {
    return this.rows.filter(({ receiver, firing }) => receiver.id === receiverId && firingIds.includes(firing.id));
  }

  #ask(): void {
    if (this.isAway) throw new StoreUnavailableError('PostgreSQL is not reachable: it is away');
  }
}
