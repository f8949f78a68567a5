import type { EpochMicros } from '@tickwatch/core';
import type { FeedMessage, ResumePoint } from './durable-log.ts';
import { hashPayload, parseHashes } from './fingerprint.ts';

/** A message of the log that is searched, with its position there. */
export interface PlacedMessage {
  readonly position: string;
  readonly message: FeedMessage;
}

export interface ResumePlace {
  /** The last message that is already committed; `undefined`: the log holds none of those. */
  readonly after: string | undefined;
  readonly by: 'fingerprint' | 'time';
  /** All messages of the fingerprint were found in a row: there can be no better place further from the point's time. */
  readonly isSure: boolean;
}

/** Fewer equal messages in a row are believed only where the log or the fingerprint itself begins. */
const MIN_RUN = 8;

/**
 * Finds the place of another log's position in this one: behind the longest run of messages that equals the end of
 * the point's fingerprint; of equally long runs the one received closest to the point. Without a run, the place is
 * behind the last message that was received at or before the point's time.
 * @param messages of one lane, oldest first
 */
export async function findResumePlace(
  point: ResumePoint,
  messages: AsyncIterable<readonly PlacedMessage[]>,
): Promise<ResumePlace> {
  const search = new RunSearch(point);
  let byTime: string | undefined;
  for await (const chunk of messages) {
    for (const placed of chunk) {
      search.add(placed);
      if (placed.message.receivedAt <= point.receivedAt) byTime = placed.position;
    }
  }
  const { isSure } = search;
  return search.found ? { after: search.best, by: 'fingerprint', isSure } : { after: byTime, by: 'time', isSure };
}

class RunSearch {
  readonly #wanted: readonly number[];
  readonly #receivedAt: EpochMicros;
  /** Hashes of the messages seen last, at most as many as are wanted. */
  readonly #seen: number[] = [];
  #count = 0;
  #bestRun = 0;
  #bestDistance = Number.POSITIVE_INFINITY;
  best: string | undefined;

  constructor(point: ResumePoint) {
    this.#wanted = parseHashes(point.fingerprint);
    this.#receivedAt = point.receivedAt;
  }

  get found(): boolean {
    return this.#bestRun > 0;
  }

  get isSure(): boolean {
    return this.found && this.#bestRun === this.#wanted.length;
  }

  add({ position, message }: PlacedMessage): void {
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
