import type { Subscription } from 'centrifuge';

export interface ChannelEvents {
  onData(data: unknown): void;
  /** What came since it was open before was missed, or it is open for the first time. */
  onBreak(): void;
  /** It is open or not, or refused. */
  onChange(): void;
}

/** One channel of the connection. */
export class OpenChannel {
  isOpen = false;
  /** The server has no such channel. */
  isRefused = false;

  constructor(subscription: Subscription, { onData, onBreak, onChange }: ChannelEvents) {
    subscription.on('publication', ({ data }) => onData(data));
    subscription.on('subscribing', () => {
      this.isOpen = false;
    });
    subscription.on('subscribed', ({ wasRecovering, recovered }) => {
      this.isOpen = true;
      onChange();
      if (!(wasRecovering && recovered)) onBreak();
    });
    subscription.on('unsubscribed', () => {
      this.isOpen = false;
      this.isRefused = true;
      onChange();
    });
    subscription.subscribe();
  }
}
