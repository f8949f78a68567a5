import type { FeedMessage, LogEntry } from '../durable-log.ts';
import type { Block } from './block.ts';
import type { LaneIndex } from './lane-index.ts';
import { decodeMessages, scanRecords } from './record-format.ts';

/**
 * The next messages of a lane behind a place: what follows each other without a hole, and not beyond a label.
 * @param onUnreadable called with the place behind messages that can't be read any more
 */
export function readBehind(
  lane: LaneIndex,
  place: number,
  { limit, upTo }: { readonly limit: number; readonly upTo: number },
  onUnreadable: (position: string) => void,
): LogEntry | undefined {
  let missing = 0;
  for (const block of lane.behind(Math.max(place, lane.trimmed))) {
    const after = Math.max(place, lane.trimmed, block.after);
    const label = lane.labels.find((other) => other.after > after)?.after ?? upTo;
    if (upTo <= after) return undefined;
    const { first, messages } = messagesIn(block, lane, after, Math.min(upTo, label, block.last));
    if (first > after) onUnreadable(String(first));
    missing += first - after;
    const wanted = messages.slice(0, limit);
    if (wanted.length === 0) continue;
    const holes = missing > 0 ? { holes: [{ reason: 'spool_damaged', messages: missing }] as const } : {};
    return { lane: lane.lane, messages: wanted, position: String(first + wanted.length), ...holes };
  }
  return undefined;
}

/** The first messages between two places of a block that follow each other, and the place before them. */
function messagesIn({ file, from, to, last }: Block, { lane }: LaneIndex, after: number, upTo: number) {
  const bytes = file.read(from, to);
  const messages: FeedMessage[] = [];
  let first = last;
  for (const record of scanRecords(bytes)) {
    const { head } = record;
    if (head?.kind !== 'entry' || head.lane !== lane || head.last <= after) continue;
    const before = head.last - head.lengths.length;
    if (before >= upTo) break;
    if (messages.length === 0) first = Math.max(after, before);
    else if (before !== first + messages.length) break;
    const part = bytes.subarray(record.from, record.to);
    messages.push(...decodeMessages(part, head).slice(Math.max(0, after - before), upTo - before));
  }
  return { first, messages };
}
