import { ClearedRejected, ClearRejectedQuery } from '@tickwatch/core/http';
import type { Logger } from '@tickwatch/runtime';
import { type Operator, operate } from '../admin/operator.ts';
import type { App } from '../http/app.ts';
import { readBounds } from '../http/moment.ts';
import { JSON_TYPE, routeSchema } from '../http/route-schema.ts';

export function clearRejectedRoute(app: App, operator: Operator | undefined, log: Logger): void {
  app.delete(
    '/api/rejected',
    {
      schema: {
        querystring: ClearRejectedQuery,
        ...routeSchema({
          tag: 'administration',
          admin: true,
          conflicts: true,
          summary: 'Forgets what came and was no tick',
          description:
            'Deletes the messages that are kept, and their counts with them unless a time is given; without bounds, all. The ledger goes on counting. Safe to be asked again; while `complete` is false there are more.',
          answer: ClearedRejected,
        }),
      },
    },
    async (request, reply) => {
      const { exchange, reason } = request.query;
      const { start, end } = readBounds(request.query);
      const selection = { exchange, reason, from: start, until: end };
      const cleared = await operate(operator, (store) => store.clearRejected(selection));
      log.info(
        { event: 'rejected_cleared', client: request.ip, ...selection, ...cleared },
        'an administrator cleared rejected messages',
      );
      const { messages, counted, complete } = cleared;
      const answer: ClearedRejected = { messages, counted, complete };
      return reply.header('cache-control', 'no-store').type(JSON_TYPE).send(JSON.stringify(answer));
    },
  );
}
