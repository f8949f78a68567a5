import type { AlertOutbox } from '@tickwatch/store';

/** Tells the outbox what was delivered, all that gathered meanwhile at once; while the database is away it waits here. */
export class DeliveredReport {
  readonly #outbox: AlertOutbox;
  readonly #receiverId: string;
  readonly #waiting = new Set<string>();
  #telling: Promise<void> | undefined;

  constructor(outbox: AlertOutbox, receiverId: string) {
    this.#outbox = outbox;
    this.#receiverId = receiverId;
  }

  /** How many are not told yet. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Whether a firing was delivered, which the outbox does not know yet. */
  has(firingId: string): boolean {
    return this.#waiting.has(firingId);
  }

  add(firingIds: readonly string[]): void {
    for (const id of firingIds) this.#waiting.add(id);
  }

  /** Resolves when all is told. @throws StoreUnavailableError what is not told waits on */
  flush(): Promise<void> {
    this.#telling ??= this.#tell().finally(() => {
      this.#telling = undefined;
    });
    return this.#telling;
  }

  async #tell(): Promise<void> {
    while (this.#waiting.size > 0) {
      const ids = [...this.#waiting];
      await this.#outbox.delivered(this.#receiverId, ids);
      for (const id of ids) this.#waiting.delete(id);
    }
  }
}
