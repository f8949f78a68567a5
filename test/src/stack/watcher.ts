import type { LiveMessage } from '@tickwatch/core';
import { Centrifuge } from 'centrifuge';
import WebSocket from 'ws';

export interface WatcherOptions {
  /** The certificate to verify the server with. */
  readonly ca?: string;
  readonly origin?: string;
}

/** A `centrifuge` client as a browser has one, with a WebSocket that knows the stack's certificate. */
export function createWatcher(url: string, { ca, origin }: WatcherOptions = {}): Centrifuge {
  class KnownSocket extends WebSocket {
    constructor(address: string) {
      super(address, { ...(ca === undefined ? {} : { ca }), ...(origin === undefined ? {} : { origin }) });
    }
  }
  return new Centrifuge(url, { websocket: KnownSocket, minReconnectDelay: 100, maxReconnectDelay: 500, timeout: 3000 });
}

/** Resolves with the first publication on a channel, rejects when the subscription is refused or time is up. */
export function firstMessage(watcher: Centrifuge, channel: string, timeoutMs = 10_000): Promise<LiveMessage> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`nothing on ${channel} within ${timeoutMs} ms`)), timeoutMs);
    const subscription = watcher.getSubscription(channel) ?? watcher.newSubscription(channel);
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      act();
      watcher.removeSubscription(subscription);
    };
    subscription.on('publication', ({ data }) => settle(() => resolve(data as LiveMessage)));
    subscription.on('error', ({ error }) => settle(() => reject(new Error(error.message))));
    subscription.on('unsubscribed', ({ reason, code }) => settle(() => reject(new Error(`${code}: ${reason}`))));
    subscription.subscribe();
    watcher.connect();
  });
}
