import { parseTime } from '@tickwatch/core';
import type { BoardTick } from '../src/live/board-batch.ts';
import type { Followed, TickListener } from '../src/live/live-feed.ts';

/** One tick as a board hears of it: number 1 of its lane, of now, where nothing else is said. */
export function boardTick(tick: Partial<BoardTick>): BoardTick {
  const seq = tick.seq ?? 1;
  return { stock: 'A', price: 1, time: Date.now() * 1000, count: 1, after: seq - 1, seq, ...tick };
}

/** A batch of the board with one tick. @param timestamp ISO */
export function batchOfOne(stock: string, price: number, timestamp: string, seq: number) {
  const tick = boardTick({ stock, price, time: parseTime(timestamp) ?? 0, seq });
  return { lane: 'NASDAQ/0', exchange: 'NASDAQ', after: seq - 1, seq, ticks: [tick] };
}

/** Where a stock is followed by what is told to `take`. */
export function followWith(take: (listener: TickListener) => void = () => {}) {
  return (_name: unknown, _exchanges: unknown, listener: TickListener): Followed => {
    take(listener);
    return { ready: async () => {}, recent: () => [], end: () => {} };
  };
}
