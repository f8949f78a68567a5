import { type Operations, operatorCheck, type Readiness, readinessReply, whereFiguresAre } from '@tickwatch/runtime';
import type { Registry } from 'prom-client';
import type { App } from '../http/app.ts';
import { problem, sendProblem } from '../http/problem-reply.ts';

/**
 * `/healthz` (alive) and `/readyz` (ready or not) for everybody; what each dependency says, and `/metrics` (Prometheus),
 * for operators. Not limited in rate.
 */
export function healthRoutes(
  app: App,
  registry: Registry,
  readiness: () => Promise<Readiness>,
  operations: Operations,
): void {
  const isOperator = operatorCheck(operations);
  const options = { schema: { hide: true }, config: { rateLimit: false as const } };
  app.get('/healthz', options, async (_request, reply) =>
    reply.type('application/json').header('cache-control', 'no-store').send('{"alive":true}'),
  );
  app.get('/readyz', options, async (request, reply) => {
    const { status, body } = readinessReply(await readiness());
    const told = isOperator(request.raw) ? body : `{"ready":${status === 200}}`;
    return reply.code(status).type('application/json').header('cache-control', 'no-store').send(told);
  });
  app.get('/metrics', options, async (request, reply) => {
    reply.header('cache-control', 'no-store');
    if (!isOperator(request.raw)) return sendProblem(reply, { problem: problem(404, whereFiguresAre(operations)) });
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
