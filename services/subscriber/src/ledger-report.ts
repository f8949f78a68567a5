import { formatMicros, nowMicros } from '@tickwatch/core';
import type { TickFeed } from '@tickwatch/feed';
import type { LivePublisher } from '@tickwatch/live';
import type { Lane } from './lane.ts';
import type { Ledger } from './ledger.ts';
import { oldestWaitingSeconds } from './metrics.ts';
import type { Ownership } from './ownership.ts';

export interface LedgerReportSources {
  readonly ledger: Ledger;
  readonly lanes: ReadonlyMap<string, Lane>;
  readonly feed: TickFeed;
  readonly live: LivePublisher;
  readonly ownership: Ownership;
}

/** The ledger as JSON text, with the states beside it that explain what waits. */
export function createLedgerReport({ ledger, lanes, feed, live, ownership }: LedgerReportSources): () => string {
  const since = nowMicros();
  return () => {
    const { connection, log, overtaken } = feed.status();
    return JSON.stringify({
      since: formatMicros(since),
      time: formatMicros(nowMicros()),
      exchanges: Object.fromEntries(ledger.entries()),
      total: ledger.total(),
      oldest_waiting_seconds: oldestWaitingSeconds(lanes),
      ownership: ownership.state,
      feed: {
        kind: feed.kind,
        durability: feed.durability,
        ...connection,
        since: formatMicros(connection.since),
        overtaken,
      },
      log: { messages: log.messages, bytes: log.bytes, max_bytes: log.maxBytes ?? null, problem: log.problem ?? null },
      live: liveReport(live),
    });
  };
}

function liveReport(live: LivePublisher): object {
  const { live: state, accepted, sent, conflated, waiting } = live.status();
  return { ...state, since: formatMicros(state.since), accepted, sent, conflated, waiting };
}
