import {
  type DecimalText,
  type EpochMicros,
  type LaneName,
  parsePrice,
  parseTime,
  type SequencedTick,
  type TailHole,
  type TailTick,
} from '@tickwatch/core';
import type { CombinedReply } from './combined-tail.ts';

/** A tick that is received and perhaps not committed. */
export interface LaneTick extends SequencedTick {
  readonly lane: LaneName;
}

/** What a tail adds to a snapshot: the ticks after it, and how far the union then reaches. */
export interface UsableTail {
  readonly ticks: readonly LaneTick[];
  /** Seq reached per lane. */
  readonly position: ReadonlyMap<LaneName, number>;
  /** False: of some lane the answer reaches only to what is committed. */
  readonly complete: boolean;
  /** Lanes whose tail counts. */
  readonly usable: ReadonlySet<LaneName>;
  /** Lanes that somebody should lead. */
  readonly wanted: ReadonlySet<LaneName>;
  /** Of lanes that somebody leads. */
  readonly holes: readonly TailHole[];
}

/**
 * Joins a tail to what is committed. A lane's tail counts only when it has no gap: it must begin at or before the committed
 * seq. Complete is what has all lanes that somebody should lead; of others (retired ones, say) nothing can come.
 * `undefined` reply: nothing could be learnt.
 */
export function joinTail(committed: ReadonlyMap<LaneName, number>, reply: CombinedReply | undefined): UsableTail {
  const position = new Map(committed);
  if (reply === undefined) {
    return { ticks: [], position, complete: false, usable: new Set(), wanted: new Set(), holes: [] };
  }
  const usable = new Set<LaneName>();
  for (const [lane, reach] of Object.entries(reply.lanes)) {
    const seq = committed.get(lane) ?? 0;
    if (reach.from > seq) continue;
    usable.add(lane);
    position.set(lane, Math.max(seq, reach.to));
  }
  const ticks: LaneTick[] = [];
  for (const tick of reply.ticks) {
    if (usable.has(tick.lane) && tick.seq > (committed.get(tick.lane) ?? 0)) ticks.push(readTick(tick));
  }
  const wanted = new Set([...reply.configured, ...Object.keys(reply.lanes)]);
  const complete = !reply.missing && [...wanted].every((lane) => usable.has(lane));
  return { ticks, position, complete, usable, wanted, holes: reply.holes };
}

function readTick(tick: TailTick): LaneTick {
  const { stock_name: stock, exchange_name: exchange, lane, seq } = tick;
  return { stock, exchange, lane, price: readPrice(tick.price), time: readTime(tick.timestamp), seq };
}

function readPrice(text: string): DecimalText {
  const price = parsePrice(text, { signed: true });
  if (price === undefined) throw new Error('the tail holds a tick without a price');
  return price;
}

function readTime(text: string): EpochMicros {
  const time = parseTime(text);
  if (time === undefined) throw new Error('the tail holds a tick without a time');
  return time;
}
