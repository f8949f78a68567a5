import type { Feed } from '../create-feed.ts';
import type { FeedConfig, TickSinkConfig } from '../feed-config.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import type { TickSink } from '../tick-source.ts';

export function openKafkaFeed(
  _config: Extract<FeedConfig, { readonly kind: 'kafka' }>,
  _onEvent: OnFeedEvent,
): Extract<Feed, { readonly kind: 'pull' }> {
  throw new Error('not built yet');
}

export function openKafkaSink(
  _config: Extract<TickSinkConfig, { readonly kind: 'kafka' }>,
  _onEvent: OnFeedEvent,
): TickSink {
  throw new Error('not built yet');
}
