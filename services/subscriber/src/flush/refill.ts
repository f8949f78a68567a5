import type { IngestEvents } from '../events.ts';
import type { LaneLog } from '../log/lane-log.ts';
import type { LaneLogs } from '../log/lane-logs.ts';

/** Messages that are read again at a time. */
const PAGE_MESSAGES = 4096;

/** Reads what was left to the durable log again, up to about one commit's worth for these lanes together. */
export async function refill(
  lanes: readonly LaneLog[],
  logs: LaneLogs,
  maxRows: number,
  events: IngestEvents,
): Promise<void> {
  const behind = lanes.filter(({ list }) => list.run !== undefined);
  for (const lane of behind) {
    try {
      await refillLane(lane, logs, maxRows / behind.length, events);
    } catch (error) {
      // Redis is away: what is in memory is stored, the rest waits where it is.
      events.replayFailure(error);
    }
  }
}

async function refillLane(lane: LaneLog, logs: LaneLogs, wanted: number, events: IngestEvents): Promise<void> {
  for (;;) {
    const { run, ready } = lane.list;
    if (run === undefined || ready >= wanted) return;
    const { after } = run;
    const entry = await logs.durableLog.read(lane.lane, after, PAGE_MESSAGES, run.position);
    // Meanwhile the list may have begun anew.
    if (lane.list.run !== run || run.after !== after) return;
    const lost = entry === undefined ? lane.forgetRun() : lane.refill(run, logs.read(entry, after));
    if (lost > 0) events.lost(lane.lane, lost, 'the log does not hold them any more');
  }
}
