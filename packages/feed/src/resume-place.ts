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

/** Another log's position is looked for from this long before its last message. */
export const SEARCH_BACK_MICROS = 60_000_000;
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
  const wanted = parseHashes(point.fingerprint);
  /** Hashes of the messages read last, as many as are wanted. */
  const seen: number[] = [];
  let count = 0;
  let best = { run: 0, distance: Number.POSITIVE_INFINITY, after: '' };
  let byTime: string | undefined;
  for await (const chunk of messages) {
    for (const { position: after, message } of chunk) {
      if (message.receivedAt <= point.receivedAt) byTime = after;
      if (wanted.length === 0) continue;
      count++;
      if (seen.push(hashPayload(message.payload)) > wanted.length) seen.shift();
      const run = commonEnd(seen, wanted);
      const distance = Math.abs(message.receivedAt - point.receivedAt);
      const isBelievable = run >= MIN_RUN || (run > 0 && (run === count || run === wanted.length));
      const isBetter = run > best.run || (run === best.run && distance < best.distance);
      if (isBelievable && isBetter) best = { run, distance, after };
    }
  }
  if (best.run === 0) return { after: byTime, by: 'time', isSure: false };
  return { after: best.after, by: 'fingerprint', isSure: best.run === wanted.length };
}

/** How many of the last hashes are the same. */
function commonEnd(seen: readonly number[], wanted: readonly number[]): number {
  let run = 0;
  while (run < seen.length && seen.at(-1 - run) === wanted.at(-1 - run)) run++;
  return run;
}
