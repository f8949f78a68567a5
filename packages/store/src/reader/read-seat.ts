import type { ReadConnection, ReadPool } from './read-pool.ts';
import type { Slots } from './slots.ts';

/** A connection together with the slot that it occupies. Both are given back when the asker leaves. */
export class ReadSeat {
  readonly connection: ReadConnection;
  readonly #signal: AbortSignal | undefined;
  #giveSlot: () => void;
  #left = false;

  /** @throws StoreUnavailableError, ReadBusyError, the signal's reason */
  static async take(pool: ReadPool, slots: Slots, signal: AbortSignal | undefined): Promise<ReadSeat> {
    const giveSlot = await slots.take();
    try {
      signal?.throwIfAborted();
      return new ReadSeat(await pool.connect(), giveSlot, signal);
    } catch (error) {
      giveSlot();
      throw error;
    }
  }

  private constructor(connection: ReadConnection, giveSlot: () => void, signal: AbortSignal | undefined) {
    this.connection = connection;
    this.#giveSlot = giveSlot;
    this.#signal = signal;
    if (signal?.aborted) this.#drop();
    signal?.addEventListener('abort', this.#drop, { once: true });
  }

  /** Gives everything back. `broken`: a statement still runs or may have failed, so the connection is closed. */
  leave(broken = false): void {
    this.#signal?.removeEventListener('abort', this.#drop);
    if (this.#left) return;
    this.#left = true;
    this.connection.client.release(broken);
    this.#giveSlot();
  }

  /** Gives everything back once `last` is over; until then the seat is taken, but an asker who leaves changes nothing. */
  async leaveAfter(last: () => Promise<unknown>): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#drop);
    if (this.#left) return;
    this.#left = true;
    try {
      await last();
      this.connection.client.release();
    } catch {
      this.connection.client.release(true);
    } finally {
      this.#giveSlot();
    }
  }

  /** Changes to a slot of another kind. @throws ReadBusyError */
  async change(slots: Slots): Promise<void> {
    const giveNext = await slots.take();
    this.#giveSlot();
    this.#giveSlot = giveNext;
    if (this.#left) giveNext();
  }

  readonly #drop = (): void => this.leave(true);
}
