import type { LiveMessage } from '@tickwatch/core';
import { Centrifuge } from 'centrifuge';
import WebSocket from 'ws';

interface ReplayMessage extends LiveMessage {
  readonly replay: { readonly seek: number; readonly state: string };
}

/** Who listens to a replay in this process, and is told when something comes. */
export class ReplayClient implements Disposable {
  readonly #client: Centrifuge;
  readonly #ready: Promise<void>;
  #waiting: { readonly is: (message: ReplayMessage) => boolean; readonly resolve: (at: number) => void } | undefined;
  /** That have come so far. */
  ticks = 0;

  constructor(url: string, channel: string) {
    this.#client = new Centrifuge(url, { websocket: WebSocket });
    const subscription = this.#client.newSubscription(channel);
    subscription.on('publication', ({ data }) => this.#heard(data as ReplayMessage));
    subscription.subscribe();
    this.#client.connect();
    this.#ready = subscription.ready(20_000);
  }

  async ready(): Promise<this> {
    await this.#ready;
    return this;
  }

  /** Resolves with when a message came, by `performance.now()`. */
  next(is: (message: ReplayMessage) => boolean): Promise<number> {
    return new Promise((resolve) => {
      this.#waiting = { is, resolve };
    });
  }

  [Symbol.dispose](): void {
    this.#client.disconnect();
  }

  #heard(message: ReplayMessage): void {
    this.ticks += message.ticks.length;
    if (this.#waiting?.is(message) !== true) return;
    this.#waiting.resolve(performance.now());
    this.#waiting = undefined;
  }
}
