import {
  type CalendarOf,
  type EpochMicros,
  formatMicros,
  MICROS_PER_DAY,
  MICROS_PER_SECOND,
  namedZone,
  nowMicros,
  type TimeZone,
} from '@tickwatch/core';
import { Coverage, CoverageQuery } from '@tickwatch/core/http';
import type { DayCoverage, DaySpan, TickReader } from '@tickwatch/store';
import type { App } from '../http/app.ts';
import { leaveSignal } from '../http/leave-signal.ts';
import { reachHeaders } from '../http/reach-headers.ts';
import { JSON_TYPE, routeSchema } from '../http/route-schema.ts';
import { sendText } from '../http/send-text.ts';
import { readZone } from '../http/zone.ts';

const DEFAULT_DAYS = 90;

export function coverageRoute(app: App, reader: TickReader, calendarOf: CalendarOf): void {
  app.get(
    '/api/coverage',
    {
      schema: {
        querystring: CoverageQuery,
        ...routeSchema({
          tag: 'system',
          summary: 'How much of each day there is',
          description:
            'For each exchange and day up to now: whether all that was published while it was open is there (`complete`), something is, or may be, missing (`holes`), nobody listened yet or can be asked (`unknown`), or it had no session (`closed`). `/api/gaps` lists the holes.',
          answer: Coverage,
          reach: true,
        }),
      },
    },
    async (request, reply) => {
      const { exchange, days = DEFAULT_DAYS, timezone } = request.query;
      const asked = readZone(timezone);
      const now = nowMicros();
      const zoneNameOf = (name: string): string => timezone ?? calendarOf(name)?.timeZone ?? 'UTC';
      const daysOf = (name: string) => lastDays(asked ?? namedZone(zoneNameOf(name)), days, now);
      const { reach, value } = await reader.coverage({ exchange, daysOf }, { signal: leaveSignal(reply) });
      reachHeaders(reply, reach);
      const answer: Coverage = value.map((one) => ({
        exchange_name: one.exchange,
        timezone: zoneNameOf(one.exchange),
        covered_from: one.coveredFrom === undefined ? null : formatMicros(one.coveredFrom as EpochMicros),
        days: one.days.map(dayMembers),
      }));
      reply.header('cache-control', 'no-store');
      return await sendText(request, reply, JSON_TYPE, JSON.stringify(answer));
    },
  );
}

/** So many days of a zone (`undefined`: UTC), the last one up to now. */
function lastDays(zone: TimeZone | undefined, days: number, now: EpochMicros): readonly DaySpan[] {
  const from = now - (days + 1) * MICROS_PER_DAY;
  const starts = zone?.dayStarts(from, now + 1) ?? utcDays(from, now + 1);
  const last = starts.slice(-days);
  return last.map((start, i) => {
    const wall = (zone?.wallOf(start) ?? start) as EpochMicros;
    return { day: formatMicros(wall).slice(0, 10), from: start, until: last[i + 1] ?? now + 1 };
  });
}

function utcDays(from: number, until: number): readonly number[] {
  const first = Math.floor(from / MICROS_PER_DAY);
  const count = Math.floor((until - 1) / MICROS_PER_DAY) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) * MICROS_PER_DAY);
}

function dayMembers({ day, state, from, until, missingMicros, messages, holes, reasons }: DayCoverage) {
  return {
    day,
    state,
    from_time: formatMicros(from as EpochMicros),
    to_time: formatMicros((until - 1) as EpochMicros),
    missing_seconds: missingMicros / MICROS_PER_SECOND,
    messages: messages ?? null,
    holes,
    reasons: [...reasons],
  };
}
