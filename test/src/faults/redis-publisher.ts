import { createClient } from '@redis/client';
import { type LaneName, laneName, streamKey } from '@tickwatch/core';
import { type Fate, type Outgoing, Publisher, type PublisherOptions } from './publisher.ts';

export interface RedisPublisherOptions extends PublisherOptions {
  readonly redisUrl: string;
  readonly feed: 'streams' | 'pubsub';
}

/** Publishes to one Redis, to streams or to channels. */
export class RedisPublisher extends Publisher {
  /** Gives a stream's entry its id. */
  idOf: (n: number) => string = () => '*';
  readonly #feed: 'streams' | 'pubsub';
  readonly #client: ReturnType<typeof openClient>;

  constructor({ redisUrl, feed, ...options }: RedisPublisherOptions) {
    super(options);
    this.#feed = feed;
    this.#client = openClient(redisUrl);
    this.#client.on('error', () => {});
  }

  async connect(): Promise<void> {
    await this.#client.connect();
  }

  /** Publishes something that is none of the numbered ticks. */
  async extra(exchange: string, message: string | Buffer): Promise<void> {
    await this.#client.sendCommand(this.#command(laneName(exchange, 0), message, '*'));
  }

  protected get isReady(): boolean {
    return this.#client.isReady;
  }

  protected send(messages: readonly Outgoing[]): readonly Promise<Fate>[] {
    return messages.map(async ({ first, text }) => {
      const reply = await this.#client.sendCommand(this.#command(this.lane(first), text, this.idOf(first)));
      return this.#feed === 'pubsub' && Number(reply) === 0 ? 'unheard' : 'taken';
    });
  }

  protected async close(): Promise<void> {
    this.#client.destroy();
  }

  #command(lane: LaneName, message: string | Buffer, id: string): (string | Buffer)[] {
    return this.#feed === 'streams'
      ? ['XADD', streamKey(lane, this.lanes), id, 'm', message]
      : ['PUBLISH', lane.slice(0, lane.lastIndexOf('/')), message];
  }
}

function openClient(url: string) {
  return createClient({ url, socket: { reconnectStrategy: 50 }, disableOfflineQueue: true });
}
