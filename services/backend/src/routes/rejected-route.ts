import { formatMicros } from '@tickwatch/core';
import { Rejected, RejectedQuery } from '@tickwatch/core/http';
import type { TickReader } from '@tickwatch/store';
import type { App } from '../http/app.ts';
import { JSON_TYPE, routeSchema } from '../http/route-schema.ts';
import { sendText } from '../http/send-text.ts';

const DEFAULT_LIMIT = 50;

export function rejectedRoute(app: App, reader: TickReader): void {
  app.get(
    '/api/rejected',
    {
      schema: {
        querystring: RejectedQuery,
        ...routeSchema({
          tag: 'system',
          summary: 'What came and was no tick',
          description:
            'How many messages (and rows of files) of each exchange were rejected for which reason, and the newest of them. All are counted; so many a minute are kept, for `REJECTED_RETENTION_DAYS`.',
          answer: Rejected,
        }),
      },
    },
    async (request, reply) => {
      const { exchange, reason, before, limit = DEFAULT_LIMIT } = request.query;
      const { totals, messages } = await reader.rejected({ exchange, reason, before, limit });
      const answer: Rejected = {
        counts: totals.map((total) => ({
          exchange_name: total.exchange,
          reason: total.reason,
          count: total.count,
          first_at: formatMicros(total.firstAt),
          last_at: formatMicros(total.lastAt),
        })),
        messages: messages.map(({ receivedAt, exchange: name, ...row }) => ({
          id: row.id,
          received_at: formatMicros(receivedAt),
          exchange_name: name,
          reason: row.reason,
          detail: row.detail,
          message: row.message,
          bytes: row.bytes,
        })),
        next: messages.length > 0 && messages.length === limit ? (messages.at(-1)?.id ?? null) : null,
      };
      reply.header('cache-control', 'no-store');
      return await sendText(request, reply, JSON_TYPE, JSON.stringify(answer));
    },
  );
}
