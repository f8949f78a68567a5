import type { DecimalText, EpochMicros, SequencedTick, TailReply, TailSource } from '@tickwatch/core';
import { formatMicros } from '@tickwatch/core';

const LANE = 'NASDAQ/0';

/** A subscriber's memory with one tick in each of so many minutes of the past, spread evenly and none of them committed. */
export function lateTail(stock: string, minutes: number, from: number, until: number): TailSource {
  const step = (until - from) / Math.max(1, minutes);
  const ticks: SequencedTick[] = Array.from({ length: minutes }, (_, i) => ({
    stock,
    exchange: 'NASDAQ',
    price: '5' as DecimalText,
    time: (Math.floor((from + i * step) / 60e6) * 60e6 + 30e6) as EpochMicros,
    seq: i + 1,
  }));
  return {
    async tail(): Promise<TailReply> {
      return {
        ticks: ticks.map((tick) => ({
          stock_name: tick.stock,
          exchange_name: tick.exchange,
          lane: LANE,
          price: tick.price,
          timestamp: formatMicros(tick.time),
          seq: tick.seq,
        })),
        lanes: { [LANE]: { from: 0, to: minutes } },
        configured: [LANE],
        holes: [],
      };
    },
  };
}
