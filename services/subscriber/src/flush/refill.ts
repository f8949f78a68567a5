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
    const read = lane.list.head.length + (entry === undefined ? 0 : 1);
    const lost = entry === undefined ? lane.forgetRun() : lane.refill(run, logs.read(entry, after));
    if (lost === 0) continue;
    events.lost(lane.lane, lost, 'the log does not hold them any more');
    // Where they lay is told by what was read, or else it was somewhere in the run.
    const messages = lost - (run.missing ?? 0);
    if (messages <= 0) continue;
    const to = lane.list.head[read]?.ticks[0]?.time ?? lane.list.head.at(-1)?.ticks.at(-1)?.time;
    const reason = logs.spool === undefined ? 'overtaken' : 'spool_damaged';
    lane.numbering.addHoles(lane.place ?? after, [{ reason, messages, ...(to !== undefined && { to }) }]);
  }
}
