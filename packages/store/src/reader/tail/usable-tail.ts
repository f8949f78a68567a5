import { type DecimalText, parsePrice, parseTime, type SequencedTick, type TailReply } from '@tickwatch/core';

/** What a tail adds to a snapshot: the ticks after it, and how far the union then reaches. */
export interface UsableTail {
  readonly ticks: readonly SequencedTick[];
  /** Seq reached per exchange. */
  readonly position: ReadonlyMap<string, number>;
  /** False: for some exchange the answer reaches only to what is committed. */
  readonly complete: boolean;
  /** Exchanges whose tail counts. */
  readonly usable: ReadonlySet<string>;
}

/**
 * Joins a tail to what is committed. An exchange's tail counts only when it has no gap: it must begin at or before the
 * committed seq. `undefined` reply: nothing could be learnt.
 */
export function joinTail(committed: ReadonlyMap<string, number>, reply: TailReply | undefined): UsableTail {
  const position = new Map(committed);
  if (reply === undefined) return { ticks: [], position, complete: false, usable: new Set() };
  const usable = new Set<string>();
  for (const [exchange, reach] of Object.entries(reply.exchanges)) {
    const seq = committed.get(exchange) ?? 0;
    if (reach.from > seq) continue;
    usable.add(exchange);
    position.set(exchange, Math.max(seq, reach.to));
  }
  const ticks: SequencedTick[] = [];
  for (const tick of reply.ticks) {
    if (!usable.has(tick.exchange_name) || tick.seq <= (committed.get(tick.exchange_name) ?? 0)) continue;
    ticks.push({
      stock: tick.stock_name,
      exchange: tick.exchange_name,
      price: readPrice(tick.price),
      time: readTime(tick.timestamp),
      seq: tick.seq,
    });
  }
  const exchanges = new Set([...committed.keys(), ...Object.keys(reply.exchanges)]);
  return { ticks, position, complete: [...exchanges].every((exchange) => usable.has(exchange)), usable };
}

function readPrice(text: string): DecimalText {
  const price = parsePrice(text);
  if (price === undefined) throw new Error('the tail holds a tick without a price');
  return price;
}

function readTime(text: string): SequencedTick['time'] {
  const time = parseTime(text);
  if (time === undefined) throw new Error('the tail holds a tick without a time');
  return time;
}
