import type { EpochMicros } from '@tickwatch/core';
import { hashPayload, parseHashes } from './fingerprint.ts';
import type { FeedMessage, ResumePoint } from './tick-feed.ts';

/** A message of the log that is searched, with its position there. */
export interface PlacedMessage<Position> {
  readonly position: Position;
  readonly message: FeedMessage;
}

export interface ResumePlace<Position> {
  /** The last message that is already committed; `undefined`: the log holds none of those. */
  readonly after: Position | undefined;
  readonly by: 'fingerprint' | 'time';
}

/** Fewer equal messages in a row are believed only where the log or the fingerprint itself begins. */
const MIN_RUN = 8;

/**
 * Finds the place of another log's position in this one: behind the longest run of messages that equals the end of
 * the point's fingerprint; of equally long runs the one received closest to the point. Without a run, the place is
 * behind the last message that was received at or before the point's time.
 * @param messages of one exchange, oldest first
 */
export async function findResumePlace<Position>(
  point: ResumePoint,
  messages: AsyncIterable<readonly PlacedMessage<Position>[]>,
): Promise<ResumePlace<Position>> {
  const search = new RunSearch<Position>(point);
  let byTime: Position | undefined;
  for await (const chunk of messages) {
    for (const placed of chunk) {
      search.add(placed);
      if (placed.message.receivedAt <= point.receivedAt) byTime = placed.position;
    }
  }
  return search.found ? { after: search.best, by: 'fingerprint' } : { after: byTime, by: 'time' };
}

class RunSearch<Position> {
  readonly #wanted: readonly number[];
  readonly #receivedAt: EpochMicros;
  /** Hashes of the messages seen last, at most as many as are wanted. */
  readonly #seen: number[] = [];
  #count = 0;
  #bestRun = 0;
  #bestDistance = Number.POSITIVE_INFINITY;
  best: Position | undefined;

  constructor(point: ResumePoint) {
    this.#wanted = parseHashes(point.fingerprint);
    this.#receivedAt = point.receivedAt;
  }

  get found(): boolean {
    return this.#bestRun > 0;
  }

  add({ position, message }: PlacedMessage<Position>): void {
    const { length } = this.#wanted;
    if (length === 0) return;
    this.#seen[this.#count % length] = hashPayload(message.payload);
    this.#count++;
    const run = this.#runLength();
    const isBelievable = run >= MIN_RUN || (run > 0 && (run === this.#count || run === length));
    const distance = Math.abs(message.receivedAt - this.#receivedAt);
    if (!isBelievable || run < this.#bestRun || (run === this.#bestRun && distance >= this.#bestDistance)) return;
    this.#bestRun = run;
    this.#bestDistance = distance;
    this.best = position;
  }

  /** How many of the last messages equal the end of the fingerprint. */
  #runLength(): number {
    const { length } = this.#wanted;
    let run = 0;
    while (run < length && run < this.#count) {
      if (this.#seen[(this.#count - 1 - run) % length] !== this.#wanted[length - 1 - run]) break;
      run++;
    }
    return run;
  }
}
