import type { TickFeed } from '@tickwatch/feed';
import type { LivePublisher } from '@tickwatch/live';
import type { Readiness } from '@tickwatch/runtime';
import type { Ownership } from './ownership.ts';

/** What each dependency of the subscriber says. A standby is ready: it does its work. */
export function subscriberReadiness(feed: TickFeed, live: LivePublisher, ownership: Ownership): Readiness {
  const { connection, log } = feed.status();
  const { live: liveState } = live.status();
  return {
    feed:
      connection.state === 'connected'
        ? { ok: true, detail: `${feed.kind}, connected` }
        : { ok: false, detail: connection.error },
    log: { ok: log.problem === undefined, detail: log.problem ?? `${log.messages} messages, ${log.bytes} bytes` },
    store: {
      ok: ownership.state === 'owner' || ownership.state === 'standby',
      detail: ownership.detail || ownership.state,
    },
    live: liveState.state === 'up' ? { ok: true, detail: 'up' } : { ok: false, detail: liveState.error },
  };
}
