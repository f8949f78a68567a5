import type { DurableLog } from '@tickwatch/feed';
import type { IngestEvents } from '../events.ts';
import type { LaneLog } from '../log/lane-log.ts';
import { readSegment } from '../log/segment.ts';

/** Messages that are read again at a time. */
const PAGE_MESSAGES = 4096;

/** Reads what was left to the durable log again, up to about one commit's worth for all lanes together. */
export async function refill(
  logs: readonly LaneLog[],
  log: DurableLog,
  { maxRows, toleranceMicros }: { readonly maxRows: number; readonly toleranceMicros: number },
  events: IngestEvents,
): Promise<void> {
  const behind = logs.filter(({ list }) => list.run !== undefined);
  for (const lane of behind) {
    try {
      await refillLane(lane, log, Math.ceil(maxRows / behind.length), toleranceMicros, events);
    } catch (error) {
      // Redis is away: what is in memory is stored, the rest waits where it is.
      events.replayFailure(error);
    }
  }
}

async function refillLane(
  lane: LaneLog,
  log: DurableLog,
  wanted: number,
  toleranceMicros: number,
  events: IngestEvents,
): Promise<void> {
  for (;;) {
    const { run, ready } = lane.list;
    if (run === undefined || ready >= wanted) return;
    const { after, position: end } = run;
    const entry = await log.read(lane.lane, after, PAGE_MESSAGES, end);
    // Meanwhile the list may have begun anew.
    if (lane.list.run !== run || run.after !== after) return;
    const isForeign = log.durability === 'log';
    const lost =
      entry === undefined
        ? lane.forgetRun()
        : lane.refill(
            readSegment(lane.lane, entry.messages, { after, position: entry.position }, toleranceMicros, isForeign),
          );
    if (lost > 0) events.lost(lane.lane, lost, 'the log does not hold them any more');
  }
}
