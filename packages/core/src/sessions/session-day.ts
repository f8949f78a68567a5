import { type EpochMicros, MICROS_PER_DAY } from '../epoch-micros.ts';
import { namedZone } from '../time-zone.ts';
import type { SessionCalendar } from './session-calendar.ts';

/** No exchange rests for longer, and no session lasts longer than a part of it. */
const LONGEST_REST = 400 * MICROS_PER_DAY;

/**
 * The day of the last session that opened, half open in µs: from midnight on the exchange's clock (where it opens before,
 * from then on) until the first opening of another day, so that nights, weekends and holidays belong to the day before.
 * `undefined`: no session has opened yet.
 */
export function sessionDay(
  calendar: SessionCalendar,
  moment: EpochMicros,
): { readonly from: number; readonly until: number } | undefined {
  const last = calendar.lastOpened(moment);
  if (last === undefined) return undefined;
  const around = calendar.between(
    (last.open - 2 * MICROS_PER_DAY) as EpochMicros,
    (last.close + LONGEST_REST) as EpochMicros,
  );
  const first = around.find(({ day }) => day === last.day) ?? last;
  const next = around.find(({ open, day }) => open > last.open && day !== last.day);
  const midnight = namedZone(calendar.timeZone)?.momentOf(Date.parse(last.day) * 1000) ?? first.open;
  return { from: Math.min(midnight, first.open), until: next?.open ?? Number.POSITIVE_INFINITY };
}
