import {
  type EpochMicros,
  encodeMessage,
  encodeNumberedMessage,
  type LaneCounts,
  type LaneName,
  laneName,
  laneOfStock,
} from '@tickwatch/core';
import type { Stock } from './stock.ts';

/** The text of a stock's next message. */
export type WriteMessage = (stock: Stock, price: string, time: EpochMicros) => string;

export const writeText: WriteMessage = ({ name }, price, time) => encodeMessage(name, price, time);

/** Numbers the messages of each lane from 1 on. One that the source does not take has its number, and is missed. */
export function numberedWriter(lanes: LaneCounts): WriteMessage {
  const counts = new Map<LaneName, number>();
  return ({ name, exchange }, price, time) => {
    const lane = laneName(exchange, laneOfStock(name, lanes.get(exchange) ?? 1));
    const n = (counts.get(lane) ?? 0) + 1;
    counts.set(lane, n);
    return encodeNumberedMessage(name, price, time, n);
  };
}
