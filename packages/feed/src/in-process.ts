import { nowMicros } from '@tickwatch/core';
import type { Hear, PushSource, SourceState, TickSink } from './tick-source.ts';

type Listener = (exchange: string, payloads: readonly Uint8Array[]) => void;

/** Carries messages from sinks to sources of one process, as Redis Pub/Sub would: who does not listen misses them. */
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

/** Hears what sinks of the same process put on a bus. */
export class InProcessSource implements PushSource {
  readonly kind = 'in-process';
  #state: SourceState = { state: 'connected', since: nowMicros() };
  readonly #bus: InProcessBus;
  readonly #exchanges: ReadonlySet<string>;
  #unsubscribe: () => void = () => {};

  constructor(bus: InProcessBus, exchanges: Iterable<string>) {
    this.#bus = bus;
    this.#exchanges = new Set(exchanges);
  }

  start(hear: Hear): void {
    this.#unsubscribe();
    const since = nowMicros();
    this.#state = { state: 'connected', since };
    const silent = new Set(this.#exchanges);
    this.#unsubscribe = this.#bus.subscribe((exchange, payloads) => {
      if (!this.#exchanges.has(exchange)) return;
      const receivedAt = nowMicros();
      const messages = payloads.map((payload) => ({ payload, receivedAt }));
      hear(exchange, messages, silent.delete(exchange) ? since : undefined);
    });
  }

  status(): SourceState {
    return this.#state;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
  }
}

/** Puts messages on a bus of the same process. */
export class InProcessSink implements TickSink {
  readonly #bus: InProcessBus;

  constructor(bus: InProcessBus) {
    this.#bus = bus;
  }

  async publish(exchange: string, messages: readonly string[]): Promise<{ readonly unheard: number }> {
    const payloads = messages.map((message) => Buffer.from(message));
    return { unheard: this.#bus.publish(exchange, payloads) > 0 ? 0 : messages.length };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
