import type { FeedBatch, ResumePoint, TickFeed } from '@tickwatch/feed';
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
export async function ingest(parts: IngestParts, stop: AbortSignal): Promise<void> {
  await parts.feed.start();
  while (!stop.aborted) {
    const lease = await takeTurn(parts, stop);
    if (lease === undefined) return;
    resumeLanes(parts, lease);
    await haveTurn(parts, lease, stop);
    if (!stop.aborted) emptyLanes(parts);
  }
}

/** Waits for ownership. Prices go on live meanwhile, unless another subscriber is known to send them. */
async function takeTurn(parts: IngestParts, stop: AbortSignal): Promise<IngestLease | undefined> {
  let relay: Relay | undefined;
  const endRelay = async (): Promise<void> => {
    await relay?.end();
    relay = undefined;
  };
  try {
    return await parts.ownership.take(stop, {
      async unknown() {
        relay ??= new Relay(parts, stop);
      },
      async standby(committed) {
        await endRelay();
        emptyLanes(parts);
        await parts.feed.committed(committed).catch((error: unknown) => parts.events.trimFailure(error));
      },
    });
  } finally {
    await endRelay();
    const total = parts.ledger.total();
    if (stop.aborted && total.waiting > 0) parts.events.finished(total, parts.feed.durability);
  }
}

/**
 * Sends live, and counts as waiting, what is heard while the database can't say who owns the exchanges. In the turn
 * that follows all of it is read again from the log, behind what is committed.
 */
class Relay {
  readonly #ending = new AbortController();
  readonly #running: Promise<void>;

  constructor(parts: IngestParts, stop: AbortSignal) {
    emptyLanes(parts);
    this.#running = readFeed(parts, [], AbortSignal.any([stop, this.#ending.signal]), {
      // What a stream keeps is stored already for the most part, and nobody can say up to where.
      skips: (batch) => batch.replayed && parts.feed.durability === 'log',
    });
    this.#running.catch((error: unknown) => parts.events.ingestFailed(error));
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await this.#running.catch(() => {});
  }
}

/** Reads and stores until told to stop, or until another subscriber has taken over. */
async function haveTurn(parts: IngestParts, lease: IngestLease, stop: AbortSignal): Promise<void> {
  const ending = new AbortController();
  const turn = AbortSignal.any([stop, ending.signal]);
  const end = (): void => ending.abort();
  const committed = [...parts.lanes.values()].flatMap((lane) => lane.committed ?? []);
  const both = await Promise.allSettled([
    readFeed(parts, committed, turn).finally(end),
    parts.flusher.run(lease, turn, stop).finally(end),
  ]);
  for (const outcome of both) if (outcome.status === 'rejected') throw outcome.reason;
}

async function readFeed(
  { feed, live, lanes, ledger, flusher }: IngestParts,
  from: readonly ResumePoint[],
  signal: AbortSignal,
  { skips = () => false }: { readonly skips?: (batch: FeedBatch) => boolean } = {},
): Promise<void> {
  for await (const batch of feed.read(from, signal)) {
    const lane = lanes.get(batch.exchange);
    if (lane === undefined || skips(batch)) continue;
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

/** Begins behind what is committed. */
function resumeLanes(parts: IngestParts, { positions }: IngestLease): void {
  emptyLanes(parts);
  for (const lane of parts.lanes.values()) {
    lane.resume(positions.find((position) => position.exchange === lane.exchange));
  }
}

/** What waits will be read from the log again, by this process or by the one that took over: it counts there. */
function emptyLanes({ lanes, ledger }: IngestParts): void {
  for (const lane of lanes.values()) {
    ledger.add(lane.exchange, 'received', -lane.pending.waiting);
    lane.release();
  }
}
