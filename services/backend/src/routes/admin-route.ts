import { Administrator } from '@tickwatch/core';
import type { App } from '../http/app.ts';
import { JSON_TYPE, routeSchema } from '../http/route-schema.ts';

/** Tells whether a token is right, without changing anything. */
export function adminRoute(app: App): void {
  app.get(
    '/api/admin',
    {
      schema: routeSchema({
        tag: 'administration',
        admin: true,
        summary: 'Whether this is the administrator',
        description: 'Answers 200 where the token is right, and changes nothing.',
        answer: Administrator,
      }),
    },
    async (_request, reply) => {
      const answer: Administrator = { administrator: true };
      return reply.header('cache-control', 'no-store').type(JSON_TYPE).send(JSON.stringify(answer));
    },
  );
}
