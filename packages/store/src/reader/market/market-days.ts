import { MICROS_PER_DAY } from '@tickwatch/core';
import type { Span } from '../queries/range.ts';
import type { Snapshot } from '../snapshot.ts';
import { Parameters } from '../sql/parameters.ts';
import { dayOf } from '../ticks/tick-days.ts';

/** A day (UTC) that may have ticks of some stock. */
export interface MarketDay {
  /** Where it begins, µs. */
  readonly from: number;
  /** Its ticks lie in blocks, and late ones beside. */
  readonly isSealed: boolean;
  /** Its ticks are played at their own times: those that were in blocks don't have the numbers any more that they came with. */
  readonly hasLostSeqs: boolean;
  /** Some lie beside the days' partitions. */
  readonly hasLate: boolean;
}

/** How the order of a day's ticks is told: `arrival` by clocks and numbers, the others by their own times. */
export type DayKind = 'arrival' | 'unsealed' | 'sealed';

/** That of the day which a moment lies in. */
export function kindOfDay(days: readonly MarketDay[], moment: number): DayKind {
  const begin = dayOf(moment);
  const day = days.find(({ from }) => from === begin);
  if (day?.isSealed === true) return 'sealed';
  return day?.hasLostSeqs === true ? 'unsealed' : 'arrival';
}

/** The days that a span touches and that may have ticks, ascending: however long it is, one row a day. */
export async function marketDays(snapshot: Snapshot, span: Span): Promise<readonly MarketDay[]> {
  const parameters = new Parameters();
  const from = parameters.time(dayOf(Math.max(0, span.from)));
  const until = parameters.time(span.until);
  const firstLate = (after: string): string =>
    `(SELECT (min("timestamp") AT TIME ZONE 'UTC')::date FROM late_prices WHERE "timestamp" >= ${after} AND "timestamp" < ${until})`;
  const text = `
    WITH RECURSIVE late (day) AS (
      SELECT ${firstLate(from)}
      UNION ALL
      SELECT ${firstLate(`(late.day + 1)::timestamp AT TIME ZONE 'UTC'`)} FROM late WHERE late.day IS NOT NULL
    )
    SELECT unix_micros(day::timestamp AT TIME ZONE 'UTC') AS micros, bool_or(sealed)::text AS sealed, bool_or(late)::text AS late,
           bool_or(sealed OR EXISTS (SELECT FROM unsealed_days AS u WHERE u.day = known.day))::text AS lost
      FROM (SELECT day, true AS sealed, false AS late FROM sealed_days
            UNION ALL SELECT day, false, false FROM stock_prices_days
            UNION ALL SELECT day, false, true FROM late WHERE day IS NOT NULL) AS known
     WHERE (day + 1)::timestamp AT TIME ZONE 'UTC' > ${from} AND day::timestamp AT TIME ZONE 'UTC' < ${until}
     GROUP BY day ORDER BY day`;
  const rows = await snapshot.rows({ text, values: parameters.values });
  const days = new Map<number, MarketDay>();
  for (const row of rows) {
    const day = Number(row.micros);
    days.set(day, {
      from: day,
      isSealed: row.sealed === 'true',
      hasLostSeqs: row.lost === 'true',
      hasLate: row.late === 'true',
    });
  }
  for (const { time } of snapshot.tail) {
    const day = dayOf(time);
    if (day + MICROS_PER_DAY <= span.from || day >= span.until || days.has(day)) continue;
    days.set(day, { from: day, isSealed: false, hasLostSeqs: false, hasLate: false });
  }
  return [...days.values()].sort((a, b) => a.from - b.from);
}
