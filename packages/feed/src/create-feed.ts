import type { TickFeedConfig, TickSinkConfig } from './feed-config.ts';
import type { OnFeedEvent } from './feed-event.ts';
import { InProcessFeed } from './in-process-feed.ts';
import { InProcessSink } from './in-process-sink.ts';
import { RedisPubSubFeed } from './redis-pubsub-feed.ts';
import { RedisPubSubSink } from './redis-pubsub-sink.ts';
import { RedisStreamFeed } from './redis-stream-feed.ts';
import { RedisStreamSink } from './redis-stream-sink.ts';
import type { TickFeed, TickSink } from './tick-feed.ts';

/**
 * Opens a feed; it does not listen before `start()`.
 * @throws SpoolInUseError another process works on the same spool folder
 */
export async function createTickFeed(config: TickFeedConfig, onEvent: OnFeedEvent): Promise<TickFeed> {
  switch (config.kind) {
    case 'in-process':
      return await InProcessFeed.open(config, onEvent);
    case 'pubsub':
      return await RedisPubSubFeed.open(config, onEvent);
    case 'stream':
      return new RedisStreamFeed(config, onEvent);
  }
}

/** Opens a sink; it connects in the background, for ever. */
export function createTickSink(config: TickSinkConfig, onEvent: OnFeedEvent): TickSink {
  switch (config.kind) {
    case 'in-process':
      return new InProcessSink(config.bus);
    case 'pubsub':
      return new RedisPubSubSink(config.redisUrl, onEvent);
    case 'stream':
      return new RedisStreamSink(config.redisUrl, onEvent);
  }
}
