import {
  type Decoded,
  decodeMessage,
  type LaneCounts,
  type LaneName,
  laneName,
  laneOfStock,
  lanesOf,
  nowMicros,
  type TakeDecoded,
} from '@tickwatch/core';
import { type FeedMessage, type Hear, MAX_ENTRY_BYTES, MAX_ENTRY_MESSAGES } from '@tickwatch/feed';
import type { LaneLogs } from './lane-logs.ts';
import { Segment, SegmentDraft } from './segment.ts';

const NEWLINE = Buffer.from('\n');

/** Sorts what a source tells of an exchange into lanes, and each lane's part into its log. */
export function hearInto(logs: LaneLogs, lanes: LaneCounts, onHeard: () => void): Hear {
  /** The place behind the last message of each lane. */
  const ends = new Map<LaneName, number>();

  const take = (lane: LaneName, draft: SegmentDraft): void => {
    const log = logs.get(lane);
    if (log === undefined) return;
    // Places begin at the clock's µs: after a crash none is given twice, also when the last never reached the disk.
    const before = ends.get(lane) ?? Math.max(Number(log.queue.durable), nowMicros());
    const end = before + draft.messages.length;
    // What found no room leaves no gap.
    ends.set(lane, logs.take(log, new Segment(draft, String(before), String(end))) ? end : before);
  };

  const draftOf = (drafts: Map<LaneName, SegmentDraft>, lane: LaneName): SegmentDraft => {
    let draft = drafts.get(lane);
    if (draft !== undefined && (draft.messages.length >= MAX_ENTRY_MESSAGES || draft.bytes >= MAX_ENTRY_BYTES)) {
      take(lane, draft);
      draft = undefined;
    }
    draft ??= new SegmentDraft(lane);
    drafts.set(lane, draft);
    return draft;
  };

  const split = (exchange: string, count: number, message: FeedMessage, drafts: Map<LaneName, SegmentDraft>): void => {
    const parts = new Map<number, { item: Decoded; start: number; end: number }[]>();
    const sort: TakeDecoded = (item, start, end) => {
      // What names no stock is in the first lane.
      const index = item.ok ? laneOfStock(item.stock, count) : 0;
      const part = parts.get(index);
      if (part === undefined) parts.set(index, [{ item, start, end }]);
      else part.push({ item, start, end });
    };
    decodeMessage(message.payload, message.receivedAt, logs.toleranceMicros, sort, logs.rulesOf(exchange));
    for (const [index, items] of parts) {
      const draft = draftOf(drafts, laneName(exchange, index));
      const whole = parts.size === 1 ? message : { ...message, payload: linesOf(message.payload, items) };
      draft.begin(whole, message);
      for (const { item, start, end } of items) draft.take(item, start, end);
    }
  };

  return (exchange, messages, since, lane) => {
    const count = lanes.get(exchange) ?? 1;
    if (since !== undefined) {
      const concerned = lane === undefined ? lanesOf(new Map([[exchange, count]])) : [lane];
      for (const name of concerned) logs.get(name)?.missing.listens(since);
    }
    const rules = logs.rulesOf(exchange);
    const drafts = new Map<LaneName, SegmentDraft>();
    for (const message of messages) {
      if (count > 1) split(exchange, count, message, drafts);
      else draftOf(drafts, laneName(exchange, 0)).read(message, logs.toleranceMicros, rules);
    }
    for (const [name, draft] of drafts) take(name, draft);
    onHeard();
  };
}

/** Parts of a message as a message of its own, one a line. */
function linesOf(payload: Uint8Array, parts: readonly { readonly start: number; readonly end: number }[]): Uint8Array {
  return Buffer.concat(
    parts.flatMap(({ start, end }, i) => {
      const part = Buffer.from(payload.subarray(start, end));
      // Within one tick a line break can only be white space of JSON.
      for (let at = part.indexOf(NEWLINE); at >= 0; at = part.indexOf(NEWLINE, at)) part[at] = 32;
      return i === 0 ? [part] : [NEWLINE, part];
    }),
  );
}
