import type { Feed } from '../create-feed.ts';
import type { FeedConfig, TickSinkConfig } from '../feed-config.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import type { TickSink } from '../tick-source.ts';
import { KafkaCluster } from './kafka-cluster.ts';
import { KafkaLog } from './kafka-log.ts';
import { KafkaSink } from './kafka-sink.ts';
import { KafkaSource } from './kafka-source.ts';

/** Topics `ticks.<EXCHANGE>`, whose partitions are the lanes. */
export function openKafkaFeed(
  config: Extract<FeedConfig, { readonly kind: 'kafka' }>,
  onEvent: OnFeedEvent,
): Extract<Feed, { readonly kind: 'pull' }> {
  const cluster = new KafkaCluster(config.kafka, onEvent);
  const log = new KafkaLog(config, cluster, onEvent);
  return { kind: 'pull', source: new KafkaSource(config.lanes, log, cluster), log };
}

export function openKafkaSink(
  config: Extract<TickSinkConfig, { readonly kind: 'kafka' }>,
  onEvent: OnFeedEvent,
): TickSink {
  return new KafkaSink(config.lanes, new KafkaCluster(config.kafka, onEvent));
}
