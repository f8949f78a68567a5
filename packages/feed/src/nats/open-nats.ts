import type { Feed } from '../create-feed.ts';
import type { FeedConfig, TickSinkConfig } from '../feed-config.ts';
import type { OnFeedEvent } from '../feed-event.ts';
import type { TickSink } from '../tick-source.ts';
import { NatsLog } from './nats-log.ts';
import { NatsSink } from './nats-sink.ts';
import { NatsSource } from './nats-source.ts';

type Nats<Config> = Extract<Config, { readonly kind: 'nats' }>;

/** @throws Error the URL is none */
export function openNatsFeed(
  { natsUrl, lanes }: Nats<FeedConfig>,
  onEvent: OnFeedEvent,
): Extract<Feed, { readonly kind: 'pull' }> {
  const log = new NatsLog(natsUrl, lanes, onEvent);
  return { kind: 'pull', source: new NatsSource(log, onEvent), log };
}

/** @throws Error the URL is none */
export function openNatsSink({ natsUrl }: Nats<TickSinkConfig>, onEvent: OnFeedEvent): TickSink {
  return new NatsSink(natsUrl, onEvent);
}
