import { formatMicros, type LaneName, type TailReply, type TailSource, type TailTick } from '@tickwatch/core';
import type { LaneLog } from './log/lane-log.ts';
import type { LaneLogs } from './log/lane-logs.ts';

/** Answers from memory what is received but perhaps not committed, and what was committed a moment ago. */
export function createTail(logs: LaneLogs, configured: () => readonly LaneName[]): TailSource {
  return {
    tail(stock, after): Promise<TailReply> {
      const ticks: TailTick[] = [];
      const lanes: Record<LaneName, { from: number; to: number }> = {};
      for (const log of logs) {
        const known = tailOf(log);
        if (known === undefined) continue;
        const { from, to, segments } = known;
        const first = Math.max(from, after.get(log.lane) ?? 0);
        lanes[log.lane] = { from, to };
        for (const segment of segments) {
          // In order of seq: a segment that ends before the first wanted tick has none of them.
          if (segment.seq <= first) continue;
          for (const tick of segment.ticks) {
            if (tick.seq <= first || (stock !== undefined && tick.stock !== stock)) continue;
            ticks.push({
              stock_name: tick.stock,
              exchange_name: tick.exchange,
              lane: log.lane,
              price: tick.price,
              timestamp: formatMicros(tick.time),
              seq: tick.seq,
            });
          }
        }
      }
      return Promise.resolve({ ticks, lanes, configured: [...configured()] });
    },
  };
}

/** Committed and waiting segments in memory, and the numbers between which they are complete. */
function tailOf({ isPlaced, recent, committed, list, numbering }: LaneLog) {
  // Nobody knows what is committed.
  if (!isPlaced) return undefined;
  const from = recent.from ?? committed?.seq ?? 0;
  return { from, to: list.run?.seqBefore ?? numbering.seq, segments: [...recent.segments(), ...list.head] };
}
