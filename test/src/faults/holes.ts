import { laneIndex, laneOfStock } from '@tickwatch/core';
import type { Database } from './database.ts';
import type { NumberedTicks } from './numbered-ticks.ts';
import type { Publisher } from './publisher.ts';

interface RecordedHole {
  readonly lane: string;
  readonly lanes: number;
  readonly exchange_name: string;
  readonly reason: string;
  /** µs. */
  readonly from: number;
  readonly to: number;
}

/** `source`: the log's server says which lane a stock is in, by a rule of its own; a hole then is one of all stocks. */
export type LanesBy = 'stock' | 'source';

/** From one number to another, both of them included. */
export interface Numbers {
  readonly from: number;
  readonly to: number;
}

export interface HoleAuditOptions {
  readonly isWhole: boolean;
  readonly lanesBy: LanesBy;
  /** Only what is missing of these is looked at, and holes that end among them. */
  readonly numbers: Numbers;
}

export interface HoleAudit {
  /** Published ticks that are missing and lie in recorded holes. */
  readonly told: number;
  /** Holes by reason: `2 overtaken, 1 source_restarted`. */
  readonly recorded: string;
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}

const RECORDED = `
  SELECT lane, lanes, exchange_name, reason, (extract(epoch FROM from_time) * 1000000)::float8 AS from,
    (extract(epoch FROM to_time) * 1000000)::float8 AS to FROM gaps`;

/**
 * Every tick that is not stored, whoever did or did not hear it, has to lie in a recorded hole of its lane, from the first to
 * the last tick of its exchange that is stored.
 * @param isWhole no hole may be recorded
 */
export async function auditHoles(
  database: Database,
  { ticks, fates }: Publisher,
  stored: ReadonlyMap<number, number>,
  { isWhole, lanesBy, numbers }: HoleAuditOptions,
): Promise<HoleAudit> {
  const recorded = await database.query<RecordedHole & Record<string, unknown>>(RECORDED);
  const holes = recorded.filter(({ to }) => to >= ticks.time(numbers.from) && to <= ticks.time(numbers.to));
  const ends = endsOf(stored, (n) => ticks.exchange(n));
  const around = new Set<RecordedHole>();
  const untold: number[] = [];
  let missing = 0;
  let told = 0;
  for (let n = numbers.from; n <= numbers.to; n++) {
    const [first, last] = ends.get(ticks.exchange(n)) ?? [0, 0];
    if (stored.has(n) || n < first || n > last) continue;
    const own = holes.filter((hole) => lacks(hole, ticks, n, lanesBy));
    if (own.length > 0) missing++;
    if (own.length > 0 && fates[n - 1]?.fate === 'taken') told++;
    for (const hole of own) around.add(hole);
    // What the server did not answer for may never have been published.
    if (own.length === 0 && fates[n - 1]?.fate !== 'unknown') untold.push(n);
  }
  const reasons = [...new Set(holes.map(({ reason }) => reason))].join(', ');
  const sentence = `${holes.length} holes are recorded (${reasons}), with all ${missing} ticks that are missing`;
  const empty = holes.length - around.size;
  return {
    told,
    recorded: byReason(holes),
    notes: holes.length === 0 ? [] : [empty === 0 ? sentence : `${sentence}; nothing was missing in ${empty} of them`],
    problems: [
      ...(untold.length > 0
        ? [`${untold.length} ticks are missing and in no hole, such as ${untold.slice(0, 3)}`]
        : []),
      ...(isWhole && holes.length > 0 ? [`somebody heard everything, and ${holes.length} holes are recorded`] : []),
    ],
  };
}

function lacks(
  { lane, lanes, exchange_name, from, to }: RecordedHole,
  ticks: NumberedTicks,
  n: number,
  lanesBy: LanesBy,
) {
  const time = ticks.time(n);
  if (exchange_name !== ticks.exchange(n) || time < from || time > to) return false;
  return lanesBy === 'source' || laneOfStock(ticks.stock(n), lanes) === laneIndex(lane);
}

function byReason(holes: readonly RecordedHole[]): string {
  const counts = new Map<string, number>();
  for (const { reason } of holes) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ');
}

/** The first and the last number that is stored of each exchange. */
function endsOf(stored: ReadonlyMap<number, number>, exchangeOf: (n: number) => string) {
  const ends = new Map<string, readonly [number, number]>();
  for (const n of stored.keys()) {
    const [first, last] = ends.get(exchangeOf(n)) ?? [n, n];
    ends.set(exchangeOf(n), [Math.min(first, n), Math.max(last, n)]);
  }
  return ends;
}
