import type { DurableLog, Spool } from './durable-log.ts';
import type { FeedConfig, TickSinkConfig } from './feed-config.ts';
import type { OnFeedEvent } from './feed-event.ts';
import { InProcessSink, InProcessSource } from './in-process.ts';
import { RedisPubSubSource } from './redis-pubsub-source.ts';
import { RedisSink } from './redis-sink.ts';
import { openSpool } from './spool/open-spool.ts';
import { RedisStreamSource } from './streams/redis-stream-source.ts';
import { StreamLog } from './streams/stream-log.ts';
import type { PullSource, PushSource, TickSink } from './tick-source.ts';

/** Where messages come from, and the log that keeps them: a spool that the caller writes, or the source's own. */
export type Feed =
  | { readonly kind: 'push'; readonly source: PushSource; readonly log: Spool }
  | { readonly kind: 'pull'; readonly source: PullSource; readonly log: DurableLog };

/**
 * Opens a feed; it does not listen before `source.start()`. Dispose of the source, then of the log.
 * @throws SpoolInUseError another process works on the same spool folder
 */
export async function createFeed(config: FeedConfig, onEvent: OnFeedEvent): Promise<Feed> {
  switch (config.kind) {
    case 'in-process': {
      const source = new InProcessSource(config.bus, config.lanes.keys());
      return { kind: 'push', source, log: await openSpool(config.spool, onEvent) };
    }
    case 'pubsub': {
      const source = new RedisPubSubSource(config.redisUrl, config.lanes, onEvent);
      return { kind: 'push', source, log: await openSpool(config.spool, onEvent) };
    }
    case 'stream': {
      const log = new StreamLog(config, onEvent);
      return { kind: 'pull', source: new RedisStreamSource(log, onEvent), log };
    }
    // Their clients are loaded by whoever uses them alone.
    case 'nats':
      return (await import('./nats/open-nats.ts')).openNatsFeed(config, onEvent);
    case 'kafka':
      return (await import('./kafka/open-kafka.ts')).openKafkaFeed(config, onEvent);
  }
}

/** Opens a sink; it connects in the background, for ever. */
export async function createTickSink(config: TickSinkConfig, onEvent: OnFeedEvent): Promise<TickSink> {
  switch (config.kind) {
    case 'in-process':
      return new InProcessSink(config.bus);
    case 'pubsub':
    case 'stream':
      return new RedisSink(config, onEvent);
    case 'nats':
      return (await import('./nats/open-nats.ts')).openNatsSink(config, onEvent);
    case 'kafka':
      return (await import('./kafka/open-kafka.ts')).openKafkaSink(config, onEvent);
  }
}
