import {
  type Calendars,
  type EpochMicros,
  type ExchangeSessions,
  formatMicros,
  MICROS_PER_DAY,
  nearNames,
  nowMicros,
  TimeZone,
} from '@tickwatch/core';
import { MAX_SESSION_DAYS, Sessions, SessionsQuery } from '@tickwatch/core/http';
import type { TickReader } from '@tickwatch/store';
import type { App } from '../http/app.ts';
import { leaveSignal } from '../http/leave-signal.ts';
import { readBounds } from '../http/moment.ts';
import { NotFoundError, ParameterError, quoted } from '../http/problem-reply.ts';
import { JSON_TYPE, routeSchema } from '../http/route-schema.ts';
import { sendText } from '../http/send-text.ts';
import { readZone } from '../http/zone.ts';

const DAYS_BEFORE = 1;
const DAYS_AFTER = 7;
const DEFAULT_MICROS = (DAYS_BEFORE + DAYS_AFTER) * MICROS_PER_DAY;
/** Whole days can be longer by what a clock is set back. */
const MAX_MICROS = MAX_SESSION_DAYS * MICROS_PER_DAY + MICROS_PER_DAY / 8;
/** What calendars know. */
const FIRST = Date.UTC(1960, 0) * 1000;
const END = Date.UTC(2100, 0) * 1000;

export function sessionsRoute(app: App, reader: TickReader, calendars: Calendars): void {
  app.get(
    '/api/sessions',
    {
      schema: {
        querystring: SessionsQuery,
        ...routeSchema({
          tag: 'stocks',
          summary: 'When exchanges are open',
          description: `Opening hours with half days and holidays, of each exchange that has ticks or a calendar, in a range of at most ${MAX_SESSION_DAYS} days. An exchange without a calendar counts as always open and lists no sessions. 404: there is no such exchange.`,
          answer: Sessions,
        }),
      },
    },
    async (request, reply) => {
      const now = nowMicros();
      const { from, until } = readRange(request.query, now);
      const exchanges = await exchangesOf(reader, calendars, request.query.exchange, leaveSignal(reply));
      const answer = exchanges.map((exchange) => sessionsOf(calendars, exchange, { from, until, now }));
      reply.header('cache-control', 'no-store');
      return await sendText(request, reply, JSON_TYPE, JSON.stringify(answer));
    },
  );
}

/** Half open. @throws ParameterError a bound is wrong, or the range too long */
function readRange(
  query: SessionsQuery,
  now: EpochMicros,
): { readonly from: EpochMicros; readonly until: EpochMicros } {
  const { start, end } = readBounds(query);
  const zone = readZone(query.timezone) ?? new TimeZone('UTC');
  const dayStart = (time: number): number => zone.dayStarts(time, time + 1)[0] ?? time;
  const from = start ?? (end === undefined ? dayStart(now - DAYS_BEFORE * MICROS_PER_DAY) : end + 1 - DEFAULT_MICROS);
  const until =
    end === undefined
      ? start === undefined
        ? dayStart(now + (DAYS_AFTER + 1) * MICROS_PER_DAY)
        : start + DEFAULT_MICROS
      : end + 1;
  if (until - from > MAX_MICROS) {
    throw new ParameterError('end_time', `the range is longer than ${MAX_SESSION_DAYS} days: ask for a part of it`);
  }
  if (from < FIRST || until > END) {
    const [name, given] = from < FIRST ? ['start_time', query.start_time] : ['end_time', query.end_time];
    const what = given === undefined ? 'the range' : `${name} ${quoted(given)}`;
    throw new ParameterError(name ?? '', `${what} lies outside the years that calendars know, 1960 to 2099`);
  }
  return { from: from as EpochMicros, until: until as EpochMicros };
}

/** The one that is asked for, or all. @throws NotFoundError it has neither ticks nor a calendar */
async function exchangesOf(
  reader: TickReader,
  calendars: Calendars,
  asked: string | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (asked !== undefined && calendars.of(asked) !== undefined) return [asked];
  const all = [...new Set([...(await reader.exchanges({ signal })).value, ...calendars.exchanges])].sort();
  if (asked === undefined) return all;
  if (all.includes(asked)) return [asked];
  const near = nearNames(asked, all);
  const hint = near.length > 0 ? `: is ${near.join(' or ')} meant?` : `; there are ${all.join(', ')}`;
  throw new NotFoundError(`there is no exchange ${quoted(asked)}${hint}`);
}

function sessionsOf(
  calendars: Calendars,
  exchange: string,
  { from, until, now }: { readonly from: EpochMicros; readonly until: EpochMicros; readonly now: EpochMicros },
): ExchangeSessions {
  const calendar = calendars.of(exchange);
  if (calendar === undefined) {
    return { exchange_name: exchange, timezone: 'UTC', calendar: null, is_open: true, sessions: [] };
  }
  return {
    exchange_name: exchange,
    timezone: calendar.timeZone,
    calendar: calendar.name,
    is_open: calendar.isOpen(now),
    sessions: calendar.between(from, until).map(({ day, open, close, kind }) => ({
      day,
      open_time: formatMicros(open),
      close_time: formatMicros(close),
      kind,
    })),
  };
}
