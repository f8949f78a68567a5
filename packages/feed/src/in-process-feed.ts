import { nowMicros } from '@tickwatch/core';
import type { InProcessFeedConfig } from './feed-config.ts';
import type { OnFeedEvent } from './feed-event.ts';
import { HeardFeed, type MessageSource } from './heard-feed.ts';
import type { InProcessBus } from './in-process-bus.ts';
import { openMessageLog } from './open-message-log.ts';
import type { FeedConnection, FeedMessage } from './tick-feed.ts';

/** Hears what sinks of the same process publish on a bus; keeps it in a spool, or in memory without a folder. */
export class InProcessFeed extends HeardFeed {
  static async open(config: InProcessFeedConfig, onEvent: OnFeedEvent): Promise<InProcessFeed> {
    const log = await openMessageLog(config.exchanges, config.spool, onEvent);
    return new InProcessFeed('in-process', new BusSource(config.bus), log, config.spool, onEvent);
  }
}

class BusSource implements MessageSource {
  readonly connection: FeedConnection = { state: 'connected', since: nowMicros() };
  readonly #bus: InProcessBus;
  #unsubscribe: () => void = () => {};

  constructor(bus: InProcessBus) {
    this.#bus = bus;
  }

  start(onMessages: (exchange: string, messages: readonly FeedMessage[]) => void): void {
    this.#unsubscribe();
    this.#unsubscribe = this.#bus.subscribe((exchange, payloads) => {
      const receivedAt = nowMicros();
      onMessages(
        exchange,
        payloads.map((payload) => ({ payload, receivedAt })),
      );
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
  }
}
