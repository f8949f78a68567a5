import { MICROS_PER_DAY } from '@tickwatch/core';
import type { RangeQuestion, Span } from '../queries/range.ts';
import { toMicros } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { Parameters } from '../sql/parameters.ts';
import type { Way } from '../sql/tick-order.ts';

/** A day (UTC) with ticks of a stock, as the rollups have it. */
export interface TickDay {
  /** Where it begins, µs. */
  readonly from: number;
  readonly ticks: number;
  readonly exchanges: readonly string[];
  readonly isSealed: boolean;
  /** False: on none of the days that are asked for a tick lies beside the blocks. */
  readonly hasLate: boolean;
}

/** So many days are asked for at first, and at most at once: a page seldom needs more than some. */
const FIRST_DAYS = 64;
const MOST_DAYS = 2048;

/** The days of a span that have ticks, however far apart they lie. */
export async function* tickDays(
  snapshot: Snapshot,
  question: RangeQuestion,
  span: Span,
  way: Way,
): AsyncGenerator<TickDay, void, undefined> {
  let left: Span = { from: dayOf(span.from), until: span.until };
  for (let limit = FIRST_DAYS; left.from < left.until; limit = Math.min(MOST_DAYS, 4 * limit)) {
    const days = await askDays(snapshot, question, left, way, limit);
    yield* days;
    const last = days.at(-1);
    if (last === undefined || days.length < limit) return;
    left = way === 'asc' ? { ...left, from: last.from + MICROS_PER_DAY } : { ...left, until: last.from };
  }
}

/** Where the day of a moment begins. */
export function dayOf(micros: number): number {
  return Number.isFinite(micros) ? Math.floor(micros / MICROS_PER_DAY) * MICROS_PER_DAY : micros;
}

async function askDays(
  snapshot: Snapshot,
  { stock, exchange }: RangeQuestion,
  { from, until }: Span,
  way: Way,
  limit: number,
): Promise<readonly TickDay[]> {
  const parameters = new Parameters();
  const only = (time: string): string =>
    [
      `stock_name = ${parameters.add(stock, 'text')}`,
      ...(exchange === undefined ? [] : [`exchange_name = ${parameters.add(exchange, 'text')}`]),
      ...(from < 0 ? [] : [`${time} >= ${parameters.time(from)}`]),
      ...(until === Number.POSITIVE_INFINITY ? [] : [`${time} < ${parameters.time(until)}`]),
    ].join(' AND ');
  const text = `
    SELECT ${toMicros('bucket')} AS micros, days.ticks, exchanges, (sealed.day IS NOT NULL)::text AS sealed,
           EXISTS (SELECT FROM late_prices WHERE ${only('timestamp')})::text AS late
      FROM (SELECT bucket, sum(count)::bigint AS ticks, json_agg(exchange_name)::text AS exchanges FROM price_rollups
             WHERE width = 'day' AND ${only('bucket')}
             GROUP BY bucket ORDER BY bucket ${way} LIMIT ${parameters.add(limit, 'integer')}) AS days
      LEFT JOIN sealed_days AS sealed ON sealed.day = (bucket AT TIME ZONE 'UTC')::date
     ORDER BY bucket ${way}`;
  const rows = await snapshot.rows({ text, values: parameters.values, isRepeated: true });
  return rows.map((row) => ({
    from: Number(row.micros),
    ticks: Number(row.ticks),
    exchanges: JSON.parse(row.exchanges ?? '[]') as string[],
    isSealed: row.sealed === 'true',
    hasLate: row.late === 'true',
  }));
}
