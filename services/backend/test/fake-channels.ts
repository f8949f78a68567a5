import type { ReplayChannel, ReplayChannels } from '@tickwatch/live';

/** Channels that keep what they are given, and are listened to when they are told so. */
export class FakeChannels implements ReplayChannels {
  readonly opened: FakeChannel[] = [];

  open(id: string): ReplayChannel {
    const channel = new FakeChannel(`replay:${id}`);
    this.opened.push(channel);
    return channel;
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

interface Message {
  readonly ticks: readonly { readonly stock_name: string; readonly price: number; readonly seq: number }[];
  readonly replay: { readonly seek: number; readonly time: string; readonly state: string };
}

export class FakeChannel implements ReplayChannel {
  readonly name: string;
  readonly heard: Message[] = [];
  isClosed = false;
  listeners = 0;
  #changed: (listeners: number) => void = () => {};
  #waiting: (() => void)[] = [];

  constructor(name: string) {
    this.name = name;
  }

  async publish(data: string): Promise<void> {
    this.heard.push(JSON.parse(data));
    for (const look of this.#waiting.splice(0)) look();
  }

  onListeners(changed: (listeners: number) => void): void {
    this.#changed = changed;
  }

  listen(listeners: number): void {
    this.listeners = listeners;
    this.#changed(listeners);
  }

  /** Resolves once something like that was heard. */
  async until(is: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.heard.find(is);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true;
  }
}
