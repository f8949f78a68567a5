import { type Readiness, readinessReply } from '@tickwatch/runtime';
import type { Registry } from 'prom-client';
import type { App } from '../http/app.ts';

/** `/healthz` (alive), `/readyz` (what each dependency says), `/metrics` (Prometheus). Not limited in rate. */
export function healthRoutes(app: App, registry: Registry, readiness: () => Promise<Readiness>): void {
  const options = { schema: { hide: true }, config: { rateLimit: false as const } };
  app.get('/healthz', options, async (_request, reply) =>
    reply.type('application/json').header('cache-control', 'no-store').send('{"alive":true}'),
  );
  app.get('/readyz', options, async (_request, reply) => {
    const { status, body } = readinessReply(await readiness());
    return reply.code(status).type('application/json').header('cache-control', 'no-store').send(body);
  });
  app.get('/metrics', options, async (_request, reply) =>
    reply
      .type(registry.contentType)
      .header('cache-control', 'no-store')
      .send(await registry.metrics()),
  );
}
