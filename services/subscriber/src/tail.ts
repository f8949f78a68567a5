import { formatMicros, type TailReply, type TailSource, type TailTick } from '@tickwatch/core';
import type { Lane } from './lane.ts';

/** Answers from memory what is received but perhaps not committed, and what was committed a moment ago. */
export function createTail(lanes: ReadonlyMap<string, Lane>): TailSource {
  return {
    tail(stock, after): Promise<TailReply> {
      const ticks: TailTick[] = [];
      const exchanges: Record<string, { from: number; to: number }> = {};
      for (const [exchange, lane] of lanes) {
        const known = lane.tail();
        if (known === undefined) continue;
        const { from, to, ticks: parts } = known;
        const first = Math.max(from, after.get(exchange) ?? 0);
        exchanges[exchange] = { from, to };
        for (const part of parts) {
          // Batches are in order of seq: one that ends before the first wanted tick has none of them.
          if ((part.at(-1)?.seq ?? 0) <= first) continue;
          for (const tick of part) {
            if (tick.seq <= first || (stock !== undefined && tick.stock !== stock)) continue;
            ticks.push({
              stock_name: tick.stock,
              exchange_name: exchange,
              price: tick.price,
              timestamp: formatMicros(tick.time),
              seq: tick.seq,
            });
          }
        }
      }
      return Promise.resolve({ ticks, exchanges });
    },
  };
}
