import { laneIndex, laneOfStock } from '@tickwatch/core';
import type { Database } from './database.ts';
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

export interface HoleAudit {
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
  isWhole: boolean,
): Promise<HoleAudit> {
  const holes = await database.query<RecordedHole & Record<string, unknown>>(RECORDED);
  const ends = endsOf(stored, (n) => ticks.exchange(n));
  const around = new Set<RecordedHole>();
  const untold: number[] = [];
  let missing = 0;
  for (let n = 1; n <= fates.length; n++) {
    const [first, last] = ends.get(ticks.exchange(n)) ?? [0, 0];
    if (stored.has(n) || n < first || n > last) continue;
    const own = holes.filter((hole) => lacks(hole, ticks.exchange(n), ticks.stock(n), ticks.time(n)));
    if (own.length > 0) missing++;
    for (const hole of own) around.add(hole);
    // What Redis did not answer for may never have been published.
    if (own.length === 0 && fates[n - 1]?.fate !== 'unknown') untold.push(n);
  }
  const reasons = [...new Set(holes.map(({ reason }) => reason))].join(', ');
  const told = `${holes.length} holes are recorded (${reasons}), with all ${missing} ticks that are missing`;
  const empty = holes.length - around.size;
  return {
    notes: holes.length === 0 ? [] : [empty === 0 ? told : `${told}; nothing was missing in ${empty} of them`],
    problems: [
      ...(untold.length > 0
        ? [`${untold.length} ticks are missing and in no hole, such as ${untold.slice(0, 3)}`]
        : []),
      ...(isWhole && holes.length > 0 ? [`somebody heard everything, and ${holes.length} holes are recorded`] : []),
    ],
  };
}

function lacks({ lane, lanes, exchange_name, from, to }: RecordedHole, exchange: string, stock: string, time: number) {
  return exchange_name === exchange && from <= time && time <= to && laneOfStock(stock, lanes) === laneIndex(lane);
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
