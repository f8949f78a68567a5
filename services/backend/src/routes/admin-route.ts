import type { Administrator } from '@tickwatch/core';
import { BEARER_AUTH } from '../admin/admin-only.ts';
import type { App } from '../http/app.ts';
import { JSON_TYPE } from '../http/route-schema.ts';

/** Tells the page whether a token is right, without changing anything. */
export function adminRoute(app: App): void {
  const schema = { hide: true, security: [{ [BEARER_AUTH]: [] }] };
  app.get('/api/admin', { schema }, async (_request, reply) => {
    const answer: Administrator = { administrator: true };
    return reply.header('cache-control', 'no-store').type(JSON_TYPE).send(JSON.stringify(answer));
  });
}
