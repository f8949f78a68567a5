import type { InProcessBus } from './in-process-bus.ts';
import type { TickSink } from './tick-feed.ts';

/** Puts messages on a bus of the same process. */
export class InProcessSink implements TickSink {
  readonly #bus: InProcessBus;

  constructor(bus: InProcessBus) {
    this.#bus = bus;
  }

  async publish(exchange: string, messages: readonly string[]): Promise<{ readonly unheard: number }> {
    const payloads = messages.map((message) => Buffer.from(message));
    const heard = this.#bus.publish(exchange, payloads);
    return { unheard: heard > 0 ? 0 : messages.length };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
