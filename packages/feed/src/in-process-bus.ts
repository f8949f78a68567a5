type Listener = (exchange: string, payloads: readonly Uint8Array[]) => void;

/** Carries messages from sinks to feeds of one process, as Redis Pub/Sub would: who does not listen misses them. */
export class InProcessBus {
  readonly #listeners = new Set<Listener>();

  /** @returns how many listeners heard it */
  publish(exchange: string, payloads: readonly Uint8Array[]): number {
    for (const listener of this.#listeners) listener(exchange, payloads);
    return this.#listeners.size;
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
