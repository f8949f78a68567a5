import { type EpochMicros, formatMicros, type Gap } from '@tickwatch/core';
import { Gaps, GapsQuery, MAX_GAPS } from '@tickwatch/core/http';
import type { ListedGap, TickReader } from '@tickwatch/store';
import type { App } from '../http/app.ts';
import { readGapCursor, writeGapCursor } from '../http/gap-cursor.ts';
import { leaveSignal } from '../http/leave-signal.ts';
import { linkNext } from '../http/link-next.ts';
import { readBounds } from '../http/moment.ts';
import { reachHeaders } from '../http/reach-headers.ts';
import { JSON_TYPE, routeSchema } from '../http/route-schema.ts';
import { sendText } from '../http/send-text.ts';

export function gapsRoute(app: App, reader: TickReader): void {
  app.get(
    '/api/gaps',
    {
      schema: {
        querystring: GapsQuery,
        ...routeSchema({
          tag: 'system',
          summary: 'What is missing',
          description:
            'Holes: times in which messages were, or may have been, published that are not stored, each with its bounds and its reason, by time, in pages (header `Link`, `rel="next"`). A hole that a file filled in part is told as the parts that are left, all with its `id`. Holes that are open now, or that are not recorded yet, come last and have no `id`. Neither has a packed block that is known to be damaged (`block_damaged`): it is told, with its stock and how many ticks it has, until it is restored. What nobody listened to before the first tick is no hole: `/api/coverage` tells it.',
          answer: Gaps,
          reach: true,
        }),
      },
    },
    async (request, reply) => {
      const { exchange, stock, reason, closed, cursor, limit = MAX_GAPS } = request.query;
      const { start, end } = readBounds(request.query);
      const span = {
        from: start ?? Number.NEGATIVE_INFINITY,
        until: end === undefined ? Number.POSITIVE_INFINITY : end + 1,
      };
      const after = cursor === undefined ? undefined : readGapCursor(cursor);
      const { reach, value } = await reader.gaps(
        { span, exchange, stock, reason, closed: closed === 'true', limit, after },
        { signal: leaveSignal(reply) },
      );
      reachHeaders(reply, reach);
      if (value.next !== undefined) linkNext(request, reply, writeGapCursor(value.next));
      reply.header('cache-control', 'no-store');
      return await sendText(request, reply, JSON_TYPE, JSON.stringify(value.gaps.map(gapMembers)));
    },
  );
}

function gapMembers(gap: ListedGap): Gap {
  const time = (micros: number): string => formatMicros(micros as EpochMicros);
  return {
    id: gap.id ?? null,
    lane: gap.laneName ?? null,
    exchange_name: gap.exchange,
    from_time: time(gap.from),
    to_time: gap.isOpen ? null : time(gap.until - 1),
    from_seq: gap.fromSeq ?? null,
    to_seq: gap.toSeq ?? null,
    messages: gap.messages ?? null,
    reason: gap.reason,
    detail: gap.detail,
    stocks: gap.stocks === undefined ? null : [...gap.stocks],
    filled: gap.filled,
    filled_stocks: [...gap.filledStocks],
  };
}
