import type { FeedBatch, TickFeed } from '@tickwatch/feed';
import type { LivePublisher } from '@tickwatch/live';
import type { IngestLease } from '@tickwatch/store';
import type { IngestEvents } from './events.ts';
import type { Flusher } from './flusher.ts';
import type { Lane } from './lane.ts';
import type { Ledger } from './ledger.ts';
import type { Ownership } from './ownership.ts';

export interface IngestParts {
  readonly feed: TickFeed;
  readonly live: LivePublisher;
  readonly lanes: ReadonlyMap<string, Lane>;
  readonly ledger: Ledger;
  readonly flusher: Flusher;
  readonly ownership: Ownership;
  readonly events: IngestEvents;
}

/**
 * The way of a tick: messages come from the feed, are read and numbered, go live at once, and wait in their lane
 * for the flusher, which stores them with their position. One subscriber owns the exchanges at a time; the others
 * listen, keep what they hear, and wait here for their turn. Ends when the signal aborts and the last flush is done.
 */
export async function ingest(parts: IngestParts, signal: AbortSignal): Promise<void> {
  await parts.feed.start();
  while (!signal.aborted) {
    const lease = await takeTurn(parts, signal);
    if (lease === undefined) return;
    resumeLanes(parts, lease);
    const turn = new AbortController();
    const reading = readFeed(parts, AbortSignal.any([signal, turn.signal]));
    try {
      await Promise.race([reading, parts.flusher.run(lease, signal)]);
    } finally {
      turn.abort();
      await reading;
    }
    if (signal.aborted) await parts.flusher.finish();
  }
}

/** Waits for ownership. While the database can't say who owns the exchanges, prices go on live. */
async function takeTurn(parts: IngestParts, signal: AbortSignal): Promise<IngestLease | undefined> {
  const relay = new AbortController();
  let relaying: Promise<void> | undefined;
  try {
    return await parts.ownership.take(signal, () => {
      relaying ??= relayLive(parts, AbortSignal.any([signal, relay.signal]));
    });
  } finally {
    relay.abort();
    await relaying;
  }
}

/** Live only: what is heard stays in the log and is stored when this process's turn comes. */
async function relayLive({ feed, live, lanes }: IngestParts, signal: AbortSignal): Promise<void> {
  for await (const batch of feed.read([], signal)) {
    const lane = lanes.get(batch.exchange);
    if (lane !== undefined && !batch.replayed) live.publish(batch.exchange, lane.decode(batch).ticks);
  }
}

async function readFeed({ feed, live, lanes, ledger, flusher }: IngestParts, signal: AbortSignal): Promise<void> {
  const points = [...lanes.values()].flatMap((lane) => lane.committed ?? []);
  for await (const batch of feed.read(points, signal)) {
    const lane = lanes.get(batch.exchange);
    if (lane === undefined) continue;
    takeBatch(lane, batch, live, ledger);
    flusher.wakeWhenFull(lane);
  }
}

function takeBatch(lane: Lane, batch: FeedBatch, live: LivePublisher, ledger: Ledger): void {
  const decoded = lane.decode(batch);
  ledger.add(lane.exchange, 'received', decoded.messages);
  if (!batch.replayed && decoded.ticks.length > 0) live.publish(lane.exchange, decoded.ticks);
  if (!lane.pending.add(decoded)) ledger.add(lane.exchange, 'refused', decoded.messages);
}

/** Begins behind what is committed. What waited for an earlier turn was, or will be, read from the log again. */
function resumeLanes({ lanes, ledger }: IngestParts, lease: IngestLease): void {
  for (const lane of lanes.values()) {
    ledger.add(lane.exchange, 'received', -lane.pending.waiting);
    lane.resume(lease.positions.find((position) => position.exchange === lane.exchange));
  }
}
