import type { LiveMessage, LiveTick } from '@tickwatch/core';
import { Centrifuge, type PublicationContext, type SubscribedContext, type Subscription } from 'centrifuge';
import { WebSocket } from 'ws';

/** What one `centrifuge` client, as the browser runs it, has seen of one channel. */
export class Viewer implements Disposable {
  readonly client: Centrifuge;
  readonly subscription: Subscription;
  readonly publications: PublicationContext[] = [];
  readonly subscribed: SubscribedContext[] = [];
  readonly errors: { readonly code: number; readonly message: string }[] = [];

  constructor(url: string, channel: string) {
    this.client = new Centrifuge(url, { websocket: WebSocket, minReconnectDelay: 50, maxReconnectDelay: 200 });
    this.subscription = this.client.newSubscription(channel);
    this.subscription.on('publication', (publication) => this.publications.push(publication));
    this.subscription.on('subscribed', (context) => this.subscribed.push(context));
    this.subscription.on('error', ({ error }) => this.errors.push(error));
    this.subscription.on('unsubscribed', (context) =>
      this.errors.push({ code: context.code, message: context.reason }),
    );
    this.subscription.subscribe();
    this.client.connect();
  }

  /** Every tick in the order in which it came. */
  get ticks(): readonly LiveTick[] {
    return this.publications.flatMap(({ data }) => (data as LiveMessage).ticks);
  }

  get seqs(): readonly number[] {
    return this.ticks.map(({ seq }) => seq);
  }

  async ready(): Promise<this> {
    await this.subscription.ready(20_000);
    return this;
  }

  [Symbol.dispose](): void {
    this.client.disconnect();
  }
}
