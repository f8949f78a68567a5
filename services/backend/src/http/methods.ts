import type { FastifyInstance } from 'fastify';
import { problem, sendProblem } from './problem-reply.ts';

/**
 * Remembers the paths that are registered from now on.
 * @returns a function to call after the routes: from then on, other methods on those paths answer 405 with `Allow`
 */
export function watchMethods(app: FastifyInstance): () => void {
  const paths = new Set<string>();
  app.addHook('onRoute', (route) => {
    if (route.method === 'GET' && !route.url.includes('*')) paths.add(route.url);
  });
  return () => {
    for (const url of [...paths]) {
      app.route({
        method: app.supportedMethods.filter((method) => method !== 'GET' && method !== 'HEAD'),
        url,
        schema: { hide: true },
        // Before the body is looked at: whatever it is, it isn't wanted.
        onRequest: async (_request, reply) =>
          sendProblem(reply.header('allow', 'GET, HEAD'), {
            problem: problem(405, 'Only GET and HEAD are answered here.'),
          }),
        handler: async () => {},
      });
    }
  };
}
