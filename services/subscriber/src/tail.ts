import {
  formatMicros,
  type LaneName,
  type TailHole,
  type TailReply,
  type TailSource,
  type TailTick,
} from '@tickwatch/core';
import type { Intake } from './intake.ts';
import type { LaneLogs } from './log/lane-logs.ts';
import { holesOf } from './tail-holes.ts';

/** Answers from memory what is received but perhaps not committed, and what was committed a moment ago. */
export function createTail(logs: LaneLogs, feed: Intake, configured: () => readonly LaneName[]): TailSource {
  return {
    tail(stock, after): Promise<TailReply> {
      const ticks: TailTick[] = [];
      const holes: TailHole[] = [];
      const lanes: Record<LaneName, { from: number; to: number }> = {};
      for (const log of logs) {
        const { lane, isPlaced, recent, committed, list, numbering } = log;
        // Nobody knows what is committed.
        if (!isPlaced) continue;
        const from = recent.from ?? committed?.seq ?? 0;
        lanes[lane] = { from, to: list.run?.seqBefore ?? numbering.seq };
        const first = Math.max(from, after.get(lane) ?? 0);
        holes.push(...holesOf(log, feed, first));
        for (const segment of [...recent.segments(), ...list.head]) {
          // In order of seq: a segment that ends before the first wanted tick has none of them.
          if (segment.seq <= first) continue;
          for (const tick of segment.ticks) {
            if (tick.seq <= first || (stock !== undefined && tick.stock !== stock)) continue;
            ticks.push({
              stock_name: tick.stock,
              exchange_name: tick.exchange,
              lane,
              price: tick.price,
              timestamp: formatMicros(tick.time),
              seq: tick.seq,
            });
          }
        }
      }
      return Promise.resolve({ ticks, lanes, configured: [...configured()], holes });
    },
  };
}
