import { exchangeOf, type LaneCounts, type LaneName, lanesOf, streamKey } from '@tickwatch/core';
import type { OnFeedEvent } from '../feed-event.ts';
import type { RedisNodes } from '../redis-nodes.ts';
import type { Hear, SourceState } from '../tick-source.ts';
import { ClusterChannel } from './cluster-channel.ts';

/**
 * The channels of a cluster: that of each exchange and, where it has several lanes, a sharded channel of each lane, which loads
 * and concerns one shard alone. Each is told as interrupted for itself.
 */
export class ClusterChannels implements AsyncDisposable {
  readonly #exchanges: ReadonlyMap<string, ClusterChannel>;
  /** Empty where an exchange has one lane. */
  readonly #lanes: ReadonlyMap<LaneName, ClusterChannel>;

  constructor(nodes: RedisNodes, lanes: LaneCounts, hear: Hear, onEvent: OnFeedEvent) {
    this.#exchanges = new Map(
      [...lanes.keys()].map((exchange) => {
        const ear = { hear: hear.bind(undefined, exchange), lane: exchange };
        return [exchange, new ClusterChannel({ nodes, channel: exchange, kind: 'classic', onEvent, ...ear })];
      }),
    );
    const several = lanesOf(new Map([...lanes].filter(([, count]) => count > 1)));
    this.#lanes = new Map(
      several.map((lane) => {
        const ear: Hear = (exchange, messages, since) => hear(exchange, messages, since, lane);
        const channel = { channel: streamKey(lane, lanes.get(exchangeOf(lane)) ?? 1), kind: 'sharded' } as const;
        return [
          lane,
          new ClusterChannel({ nodes, ...channel, lane, hear: ear.bind(undefined, exchangeOf(lane)), onEvent }),
        ];
      }),
    );
  }

  /** Others lead. */
  move(): void {
    for (const channel of [...this.#exchanges.values(), ...this.#lanes.values()]) channel.move();
  }

  /** The worse of the two, or else what began last. */
  status(lane: LaneName): SourceState {
    const channels = [this.#exchanges.get(exchangeOf(lane)), this.#lanes.get(lane)];
    const states = channels.flatMap((channel) => (channel === undefined ? [] : [channel.state]));
    const bad = states.find(({ state }) => state !== 'connected');
    const [last = { state: 'disconnected', since: 0, error: 'no such lane' } as SourceState] = states.sort(
      (a, b) => b.since - a.since,
    );
    return bad ?? last;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#exchanges.values(), ...this.#lanes.values()];
    await Promise.all(all.map((channel) => channel[Symbol.asyncDispose]()));
  }
}
