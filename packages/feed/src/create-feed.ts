import type { TickFeedConfig, TickSinkConfig } from './feed-config.ts';
import type { OnFeedEvent } from './feed-event.ts';
import { InProcessFeed } from './in-process-feed.ts';
import { InProcessSink } from './in-process-sink.ts';
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
    case 'stream':
      throw new Error('not available');
  }
}

/** Opens a sink; it connects in the background, for ever. */
export function createTickSink(config: TickSinkConfig, onEvent: OnFeedEvent): TickSink {
  switch (config.kind) {
    case 'in-process':
      return new InProcessSink(config.bus);
    case 'pubsub':
    case 'stream':
      onEvent({ type: 'feed_disconnected', server: 'redis', error: 'not available' });
      throw new Error('not available');
  }
}
