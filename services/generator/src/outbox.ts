import { setTimeout } from 'node:timers/promises';
import type { TickSink } from '@tickwatch/feed';
import type { ExchangeMessages } from './market.ts';

export interface OutboxCounts {
  published(exchange: string, count: number): void;
  unheard(exchange: string, count: number): void;
  failed(exchange: string, count: number): void;
}

/** More than this many messages on their way mean that the source does not keep up. */
const MAX_IN_FLIGHT = 200_000;
const MAX_DRAIN_MS = 2_000;

/**
 * Sends messages without making prices wait: what the source does not take is counted as failed, not kept, because
 * an old price is of no use to anyone.
 */
export class Outbox {
  readonly #sink: TickSink;
  readonly #counts: OutboxCounts;
  readonly #sending = new Set<Promise<void>>();
  #inFlight = 0;

  constructor(sink: TickSink, counts: OutboxCounts) {
    this.#sink = sink;
    this.#counts = counts;
  }

  send(messages: ExchangeMessages): void {
    for (const [exchange, list] of messages) {
      if (this.#inFlight + list.length > MAX_IN_FLIGHT) {
        this.#counts.failed(exchange, list.length);
        continue;
      }
      const sending = this.#publish(exchange, list).finally(() => this.#sending.delete(sending));
      this.#sending.add(sending);
    }
  }

  /** Resolves when everything sent is answered, or when that takes too long for a process that is to end. */
  async drained(): Promise<void> {
    const patience = new AbortController();
    const tooLong = setTimeout(MAX_DRAIN_MS, undefined, { signal: patience.signal }).catch(() => {});
    await Promise.race([Promise.all(this.#sending), tooLong]);
    patience.abort();
  }

  async #publish(exchange: string, messages: readonly string[]): Promise<void> {
    this.#inFlight += messages.length;
    try {
      const { unheard } = await this.#sink.publish(exchange, messages);
      this.#counts.published(exchange, messages.length);
      if (unheard > 0) this.#counts.unheard(exchange, unheard);
    } catch {
      this.#counts.failed(exchange, messages.length);
    } finally {
      this.#inFlight -= messages.length;
    }
  }
}
