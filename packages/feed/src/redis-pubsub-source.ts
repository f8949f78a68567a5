import type { LaneCounts, LaneName } from '@tickwatch/core';
import type { OnFeedEvent } from './feed-event.ts';
import { ClusterChannels } from './pubsub/cluster-channels.ts';
import { ServerChannels } from './pubsub/server-channels.ts';
import { RedisNodes } from './redis-nodes.ts';
import type { Hear, PushSource, SourceState } from './tick-source.ts';

/** Hears the channels of Redis Pub/Sub, of one server or of a cluster. */
export class RedisPubSubSource implements PushSource {
  readonly kind = 'pubsub';
  readonly #nodes: RedisNodes;
  readonly #lanes: LaneCounts;
  readonly #onEvent: OnFeedEvent;
  /** Both `undefined`: no server has said yet what it is. */
  #server: ServerChannels | undefined;
  #cluster: ClusterChannels | undefined;

  constructor(redisUrl: string, lanes: LaneCounts, onEvent: OnFeedEvent) {
    this.#nodes = new RedisNodes(redisUrl, 'tickwatch-feed', onEvent);
    this.#lanes = lanes;
    this.#onEvent = onEvent;
  }

  start(hear: Hear): void {
    this.#nodes.onTurn(() => {
      if (this.#nodes.mode === 'cluster') this.#listenToCluster(hear);
      else this.#listenToServer(hear);
    });
    this.#nodes.open();
  }

  status(lane: LaneName): SourceState {
    const channels = this.#cluster ?? this.#server;
    if (channels !== undefined) return channels.status(lane);
    const state = this.#nodes.stateOf(lane);
    return state.state === 'connected' ? { ...state, state: 'disconnected', error: 'not subscribed yet' } : state;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
    await this.#cluster?.[Symbol.asyncDispose]();
    await this.#nodes[Symbol.asyncDispose]();
  }

  /** It is there (again). */
  #listenToServer(hear: Hear): void {
    const connection = this.#nodes.connectionOf('');
    if (connection === undefined) return;
    this.#server ??= new ServerChannels(connection, [...this.#lanes.keys()], hear, this.#onEvent);
    this.#server.listen();
  }

  /** It is there, or others lead. */
  #listenToCluster(hear: Hear): void {
    this.#cluster ??= new ClusterChannels(this.#nodes, this.#lanes, hear, this.#onEvent);
    this.#cluster.move();
  }
}
